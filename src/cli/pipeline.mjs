/** @import { Outcome } from '../shared/outcome.ts' */

/** Failures that another file under way may be to blame for. */
const MAY_BE_ANOTHERS = new Set(['worker/crashed', 'memory/exhausted', 'output/failed']);

/**
 * Works on a few items at once and gives the results in the items' order. One that failed in company, in a
 * way that may be another's doing, is done again alone.
 * @template Item
 * @template {{ outcome: Outcome<unknown> }} Result
 * @param {Iterable<Item>} items
 * @param {(item: Item) => Promise<Result>} work rejects only where nothing can be done any more
 * @param {number} most items at once
 * @returns {AsyncGenerator<Result, void, void>}
 */
export async function* inPipeline(items, work, most) {
  const waiting = items[Symbol.iterator]();
  /** @type {{ item: Item, result: Promise<Result>, hadCompany: boolean }[]} */
  const underWay = [];
  const fill = () => {
    while (underWay.length < most) {
      const next = waiting.next();
      if (next.done) return;
      const result = work(next.value);
      // Heard where its turn comes; until then nobody else does.
      result.catch(() => undefined);
      underWay.push({ item: next.value, result, hadCompany: false });
      if (underWay.length > 1) for (const each of underWay) each.hadCompany = true;
    }
  };
  for (fill(); underWay.length > 0; fill()) {
    const [{ item, result, hadCompany }] = /** @type {[typeof underWay[0]]} */ (underWay);
    let found = await result;
    if (hadCompany && !found.outcome.ok && MAY_BE_ANOTHERS.has(found.outcome.error.code)) {
      await Promise.all(underWay.map((each) => each.result));
      found = await work(item);
    }
    underWay.shift();
    yield found;
  }
}
