/** What a port promises: id → sentence. Ids are stable, so that docs, checks and issues can name them. */
export type PromiseRegistry<Id extends string = string> = Readonly<Record<Id, string>>

const ID = /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$/
const TITLE = /^([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+(?:, [A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)*): /

/** @throws TypeError for an id that is not of the form `ES-APPEND-ATOMIC` */
export function definePromises<const Promises extends PromiseRegistry>(promises: Promises): Promises {
  for (const id of Object.keys(promises)) if (!ID.test(id)) throw new TypeError(`Malformed promise id "${id}"`)
  return Object.freeze(promises)
}

/** Title of a check: the ids of the promises that it shows, then what it does. */
export function titleOf(ids: readonly string[], sentence: string): string {
  return `${ids.join(', ')}: ${sentence}`
}

/** The ids that a check's title names. */
export function promisesInTitle(title: string): readonly string[] {
  return TITLE.exec(title)?.[1]?.split(', ') ?? []
}

/** Promises that no check shows, and checks that name no known promise. Both empty: the suite covers the registry. */
export function coverageOf(
  promises: PromiseRegistry,
  titles: readonly string[],
): { readonly withoutCheck: readonly string[]; readonly unknown: readonly string[] } {
  const shown = new Set(titles.flatMap(promisesInTitle))
  return {
    withoutCheck: Object.keys(promises).filter((id) => !shown.has(id)),
    unknown: titles.filter((title) => {
      const ids = promisesInTitle(title)
      return ids.length === 0 || ids.some((id) => !Object.hasOwn(promises, id))
    }),
  }
}
