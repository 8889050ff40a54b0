/** TaffyDB brings no declarations; this is the part of it that we use. */
declare module 'taffydb' {
  /** What TaffyDB keeps is the given object itself, with `___id` and `___s` added. */
  export interface TaffyDatabase<Entry extends object> {
    /** A query of everything. */
    (): { each(look: (entry: Entry) => void): unknown }
    insert(entries: readonly Entry[]): unknown
    settings(changes: { readonly cacheSize: number }): unknown
  }

  export function taffy<Entry extends object>(): TaffyDatabase<Entry>
}
