import { expect, test } from 'vitest';
import { inPairs } from '../../../src/app/batch/in-pairs.ts';

/** What is under way whenever something begins; each takes a few turns. */
async function companies(
  items: readonly number[],
  isLarge: (item: number) => boolean = () => false,
) {
  const underWay = new Set<number>();
  const found: number[][] = [];
  await inPairs(items, isLarge, async (item) => {
    underWay.add(item);
    found.push([...underWay]);
    for (let turn = 0; turn < 3 + (item % 4); turn++) await Promise.resolve();
    underWay.delete(item);
  });
  expect(underWay.size).toBe(0);
  return found;
}

test('in order, two at once and never more', async () => {
  const found = await companies([1, 2, 3, 4, 5, 6]);
  expect(found.map((company) => company.at(-1))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Math.max(...found.map((company) => company.length))).toBe(2);
});

test('a large one is alone', async () => {
  const found = await companies([1, 2, 90, 3, 4], (item) => item === 90);
  expect(found).toContainEqual([90]);
  expect(found.find((company) => company.includes(3))).toEqual([3]);
  expect(found.at(-1)).toEqual([3, 4]);
});

test('what fails is told, also with company', async () => {
  const failing = inPairs(
    [1, 2],
    () => false,
    (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve()),
  );
  await expect(failing).rejects.toThrow('two');
});
