import { expect, test } from 'vitest';
import { countOf, putPixels, runsOf, takePixels } from '../../../../src/image/mask/runs.ts';

const mask = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1);

test('runs are the marked pixels, and nothing else', () => {
  const runs = runsOf(mask);
  expect([...runs]).toEqual([1, 2, 5, 1, 7, 3, 11, 1]);
  expect(countOf(runs)).toBe(7);
  expect(runsOf(new Uint8Array(9))).toHaveLength(0);
});

test('a patch puts back what was taken, and leaves every other pixel', () => {
  const repaired = Uint16Array.from({ length: 12 }, (_, i) => 1000 + i);
  const runs = runsOf(mask);
  const values = takePixels(repaired, runs);
  expect([...values]).toEqual([1001, 1002, 1005, 1007, 1008, 1009, 1011]);
  const plane = Uint16Array.from({ length: 12 }, (_, i) => i);
  putPixels(plane, { width: 4, height: 3, runs, values });
  expect([...plane]).toEqual([0, 1001, 1002, 3, 4, 1005, 6, 1007, 1008, 1009, 10, 1011]);
  expect(() => putPixels(plane, { width: 5, height: 3, runs, values })).toThrow(/own size/);
});
