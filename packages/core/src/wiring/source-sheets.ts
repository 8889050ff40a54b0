import type { ErasedHandler } from '../sheets/handler.ts'
import type { Sheets } from '../sheets/sheets.ts'

/** The sheets of the service itself or of one of its modules. */
export interface SourceSheets {
  /** Name of the module; the service's own sheets have the service's name. */
  readonly source: string
  /** `undefined` for the service's own. */
  readonly module: string | undefined
  readonly sheets: Sheets
  /** Plain actions by name. */
  readonly actions: ReadonlyMap<string, ErasedHandler>
}
