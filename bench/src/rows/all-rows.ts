import type { Row } from '../measure/row.ts'
import { p1 } from './p1.ts'
import { p2 } from './p2.ts'
import { p3 } from './p3.ts'
import { p4 } from './p4.ts'
import { p5 } from './p5.ts'
import { p6 } from './p6.ts'
import { p8 } from './p8.ts'
import { p9 } from './p9.ts'

export const ROWS: readonly Row[] = [p1, p2, p3, p4, p5, p6, p8, p9]

export function rowById(id: string): Row {
  const row = ROWS.find((each) => each.id === id.toUpperCase())
  if (row === undefined)
    throw new TypeError(`There is no row ${id}; there are ${ROWS.map((each) => each.id).join(', ')}`)
  return row
}
