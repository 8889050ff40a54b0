import { crc32 } from 'node:zlib'
import type { JsonObject } from '@micro/core'
import type { Database } from './database.ts'
import { corruptError } from './map-driver-error.ts'
import { MetadataShape, NO_SHAPE } from './metadata-shape.ts'
import { NameTable } from './name-table.ts'

/** Shapes in one file; metadata that varies more than this is stored whole. */
const MOST_SHAPES = 2000

/** A shape with its number in the file. */
interface NumberedShape {
  readonly number: number
  readonly shape: MetadataShape
  /** Goes into the checksum of each row that has this shape. */
  readonly crc: number
}

export interface StoredMetadata {
  readonly shape: number
  readonly shapeCrc: number
  readonly text: string
}

/** Writes and reads the metadata of events: the shape in a table of its own, the rest beside the event. */
export class MetadataCodec {
  readonly #file: string
  readonly #table: NameTable
  readonly #shapes = new Map<number, NumberedShape>()
  /** The shape that an event type had last: the next one of that type most often has it too. */
  readonly #latest = new Map<string, NumberedShape>()

  constructor(database: Database) {
    this.#file = database.file
    this.#table = new NameTable(database, 'shapes', 'template')
  }

  /** Inside a write transaction. */
  encode(metadata: JsonObject, eventId: string, type: string): StoredMetadata {
    const latest = this.#latest.get(type)
    const text = latest?.shape.encode(metadata, eventId)
    if (latest !== undefined && text !== undefined) return { shape: latest.number, shapeCrc: latest.crc, text }
    return this.#encodeAnew(metadata, eventId, type)
  }

  crcOf(shape: number): number {
    return shape === NO_SHAPE ? 0 : this.#shape(shape).crc
  }

  /** Metadata of a row whose checksum was right. */
  decode(shape: number, text: string, eventId: string): JsonObject {
    return shape === NO_SHAPE ? (JSON.parse(text) as JsonObject) : this.#shape(shape).shape.decode(text, eventId)
  }

  forget(): void {
    this.#table.forget()
    this.#shapes.clear()
    this.#latest.clear()
  }

  #encodeAnew(metadata: JsonObject, eventId: string, type: string): StoredMetadata {
    const shape = this.#table.size < MOST_SHAPES ? MetadataShape.of(metadata, eventId) : undefined
    const text = shape?.encode(metadata, eventId)
    if (shape === undefined || text === undefined)
      return { shape: NO_SHAPE, shapeCrc: 0, text: JSON.stringify(metadata) }
    const numbered = this.#keep(this.#table.numberOf(shape.template), shape)
    this.#latest.set(type, numbered)
    return { shape: numbered.number, shapeCrc: numbered.crc, text }
  }

  #shape(number: number): NumberedShape {
    return this.#shapes.get(number) ?? this.#keep(number, this.#read(number))
  }

  #read(number: number): MetadataShape {
    const template = this.#table.nameOf(number)
    try {
      return MetadataShape.parse(template)
    } catch (cause) {
      throw corruptError(this.#file, `row ${number} of table shapes`, cause)
    }
  }

  #keep(number: number, shape: MetadataShape): NumberedShape {
    const numbered: NumberedShape = { number, shape, crc: crc32(shape.template) }
    this.#shapes.set(number, numbered)
    return numbered
  }
}
