import { crc32 } from 'node:zlib'
import type { JsonObject, NewEvent, Position, RecordedEvent } from '@micro/core'
import type { Database } from './database.ts'
import type { SqlRow, SqlValue } from './load-sqlite.ts'
import { corruptError } from './map-driver-error.ts'
import { MetadataCodec } from './metadata-codec.ts'
import { NameTable } from './name-table.ts'
import type { KnownStream, StreamTable } from './stream-table.ts'

/** The columns of an event, in the order in which rows are written and read. */
export const COLUMNS = 'position, stream, revision, ordinal, size, id, type, time, data, shape, metadata, crc'

export const INSERT_EVENT: string = `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** Where an event stands: in the log, in its stream, and in its append, of which it is number `ordinal` of `size`. */
export interface Place {
  readonly position: Position
  readonly stream: KnownStream
  readonly revision: number
  readonly ordinal: number
  readonly size: number
}

/** A row whose checksum was right, with its names; data and metadata are still text. */
export interface StoredRow {
  readonly position: Position
  readonly stream: string
  readonly revision: number
  readonly ordinal: number
  readonly size: number
  readonly id: string
  readonly type: string
  readonly time: string
  readonly data: string
  readonly shape: number
  readonly metadata: string
}

/** Turns events into rows and rows into events. */
export class EventRows {
  readonly #file: string
  readonly #streams: StreamTable
  readonly #types: NameTable
  readonly #metadata: MetadataCodec

  constructor(database: Database, streams: StreamTable) {
    this.#file = database.file
    this.#streams = streams
    this.#types = new NameTable(database, 'types', 'name')
    this.#metadata = new MetadataCodec(database)
  }

  /** Inside a write transaction: the values of the columns. */
  encode(event: NewEvent, data: string, { position, stream, revision, ordinal, size }: Place): readonly SqlValue[] {
    const { id, type, time } = event
    const { shape, shapeCrc, text } = this.#metadata.encode(event.metadata, id, type)
    const crc = crc32(checked(position, stream.name, revision, ordinal, size, id, type, time, data, shapeCrc, text))
    return [
      position,
      stream.number,
      revision,
      ordinal,
      size,
      id,
      this.#types.numberOf(type),
      time,
      data,
      shape,
      text,
      crc,
    ]
  }

  /** @throws MicroError `MICRO_STORE_CORRUPT` naming the row when it is not what was written */
  check(row: SqlRow): StoredRow {
    const [position, streamNumber, revision, ordinal, size, id, typeNumber, time, data, shape, metadata, crc] = row as [
      number,
      number,
      number,
      number,
      number,
      string,
      number,
      string,
      string,
      number,
      string,
      number,
    ]
    const stream = this.#streams.nameOf(streamNumber)
    const type = this.#types.nameOf(typeNumber)
    const shapeCrc = this.#metadata.crcOf(shape)
    if (crc32(checked(position, stream, revision, ordinal, size, id, type, time, data, shapeCrc, metadata)) !== crc)
      throw corruptError(this.#file, `the event at position ${position} is not what was written`)
    return { position, stream, revision, ordinal, size, id, type, time, data, shape, metadata }
  }

  decode({ position, stream, revision, id, type, time, data, shape, metadata }: StoredRow): RecordedEvent {
    const decoded = this.#metadata.decode(shape, metadata, id)
    return { id, type, data: JSON.parse(data) as JsonObject, time, metadata: decoded, stream, revision, position }
  }

  forget(): void {
    this.#types.forget()
    this.#metadata.forget()
  }
}

/** The text that the checksum of a row covers: all that a reader is given, and where the append begins and ends. */
function checked(
  position: number,
  stream: string,
  revision: number,
  ordinal: number,
  size: number,
  id: string,
  type: string,
  time: string,
  data: string,
  shapeCrc: number,
  metadata: string,
): string {
  return `${position} ${revision} ${ordinal} ${size} ${shapeCrc} ${id} ${time}\n${stream}\n${type}\n${metadata}\n${data}`
}
