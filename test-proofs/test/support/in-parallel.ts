/** Works through the items, so many at once; answers in the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const goOn = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index] as Item, index)
  }
  await Promise.all(Array.from({ length: width }, goOn))
  return results
}

/** 0, 1, … to work through where nothing but the count matters. */
export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)
