import { expect, test } from 'vitest';
import { maskOfMap } from '../../../../src/pipelines/repair/damage-map.ts';

/** One cell of 200 in the middle of 5 × 5, on 40. */
function speck() {
  const data = new Uint8Array(25).fill(40);
  data[12] = 200;
  return { width: 5, height: 5, data };
}

const areaOf = ({ data }: { data: Uint8Array }) => data.reduce((sum, value) => sum + value, 0);

test('damage is grown by one cell', () => {
  const mask = maskOfMap(speck(), 0.5, 5, 5);
  expect(areaOf(mask)).toBe(9);
  expect(mask.data[6]).toBe(1);
  expect(mask.data[5]).toBe(0);
});

test('more sensitivity never finds less, from nothing to all that is suspected', () => {
  const areas = [0, 0.2, 0.5, 0.9, 1].map((sensitivity) => {
    return areaOf(maskOfMap(speck(), sensitivity, 5, 5));
  });
  expect(areas).toEqual([0, 0, 9, 25, 25]);
  const clean = { width: 2, height: 2, data: new Uint8Array(4) };
  expect(areaOf(maskOfMap(clean, 1, 2, 2))).toBe(0);
});

test('a map of a smaller size covers the photograph, at the same place', () => {
  const mask = maskOfMap(speck(), 0.5, 50, 40);
  const row = (y: number) => mask.data.subarray(y * 50, (y + 1) * 50).join('');
  expect(row(20)).toBe('0'.repeat(10) + '1'.repeat(30) + '0'.repeat(10));
  expect(row(5)).toBe('0'.repeat(50));
});
