/** TaffyDB brings no declarations; this is the part of it that we use. */
declare module 'taffydb' {
  /** What TaffyDB keeps is the given object itself, with `___id` and `___s` added. */
  export interface TaffyDatabase<Item extends object> {
    /** A query of everything. */
    (): { each(look: (record: Item) => void): unknown }
    insert(entries: readonly Item[]): unknown
    settings(changes: { readonly cacheSize: number }): unknown
  }

  export function taffy<Item extends object>(): TaffyDatabase<Item>
}
