import { expect, test } from 'vitest';
import {
  checkRequest,
  stepsOf,
  type RecolourRequest,
} from '../../../../src/pipelines/recolour/request.ts';

const GOOD: RecolourRequest = {
  seeds: [0, 7, 2 ** 53 - 1],
  vividness: 1.5,
  hints: [{ x: 0, y: 1, a: -20, b: 40, radius: 0.1 }],
  lock: {
    mask: { width: 2, height: 1, data: Uint8Array.of(0, 255) },
    planes: { width: 1, height: 1, ab: Float32Array.of(3, 4) },
  },
  mode: 'final',
  size: 'auto',
};

test('a request within its ranges passes, and takes the steps of its mode', () => {
  checkRequest(GOOD);
  const sampling = { draft: { steps: 3 }, final: { steps: 8 } };
  expect(stepsOf({ mode: 'draft' }, sampling)).toBe(3);
  expect(stepsOf({ mode: 'final' }, sampling)).toBe(8);
  expect(stepsOf({ mode: 'draft', steps: 5 }, sampling)).toBe(5);
});

test.each<[string, Partial<RecolourRequest>, string]>([
  ['no seeds', { seeds: [] }, 'seeds'],
  ['a seed that is no whole number', { seeds: [0.5] }, 'whole numbers'],
  ['a seed twice', { seeds: [1, 1] }, 'twice'],
  ['no steps', { steps: 0 }, 'steps'],
  ['too vivid', { vividness: 4 }, 'vividness'],
  ['vividness that is no number', { vividness: NaN }, 'vividness'],
  ['a hint outside', { hints: [{ x: 1.1, y: 0, a: 0, b: 0, radius: 0.1 }] }, 'inside'],
  ['a hint without colour', { hints: [{ x: 1, y: 0, a: NaN, b: 0, radius: 0.1 }] }, 'colour'],
  ['a hint without reach', { hints: [{ x: 1, y: 0, a: 0, b: 0, radius: 0 }] }, 'radius'],
  [
    'a mask cut off',
    { lock: { ...GOOD.lock!, mask: { width: 3, height: 1, data: Uint8Array.of(1, 1) } } },
    'mask',
  ],
  [
    'planes cut off',
    { lock: { ...GOOD.lock!, planes: { width: 1, height: 1, ab: Float32Array.of(3) } } },
    'planes',
  ],
  [
    'planes with holes',
    { lock: { ...GOOD.lock!, planes: { width: 1, height: 1, ab: Float32Array.of(3, NaN) } } },
    'numbers',
  ],
])('%s is refused with words', (_, change, words) => {
  expect(() => checkRequest({ ...GOOD, ...change })).toThrow(
    expect.objectContaining({
      code: 'bug/invariant',
      message: expect.stringContaining(words) as string,
    }),
  );
});
