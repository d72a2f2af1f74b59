/**
 * Works through items in order, at most two under way at once; one that is large has no company.
 * @param work rejects only where nothing is to be done any more: what it rejects with is thrown at once.
 */
export async function inPairs<Item>(
  items: Iterable<Item>,
  isLarge: (item: Item) => boolean,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  /** The last two that were begun; the older one first. */
  let older = Promise.resolve();
  let last = Promise.resolve();
  let isLastLarge = false;
  for (const item of items) {
    await older;
    if (isLastLarge || isLarge(item)) await last;
    older = last;
    last = work(item);
    // Heard where it is waited for; until then nobody else does.
    last.catch(() => undefined);
    isLastLarge = isLarge(item);
  }
  await Promise.all([older, last]);
}
