import { expect, test } from 'vitest';
import { drawMask } from '../../../../src/image/mask/draw-mask.ts';
import { damageIn } from '../../../../src/image/mask/damage-map.ts';
import { maskShare } from '../../../../src/image/mask/mask-share.ts';
import { wholeWindow } from '../../../../src/image/mask/mask.ts';

const recipe = {
  sensitivity: 0.5,
  strokes: [
    { erases: false, points: [100, 40, 20, 300, 220, 8] },
    { erases: true, points: [30, 30, 25] },
  ],
};
const map = {
  width: 90,
  height: 60,
  data: Uint8Array.from({ length: 90 * 60 }, (_, i) => (i * 7919) % 256),
};

function exactShare(width: number, height: number): number {
  const window = wholeWindow({ width, height });
  const { data } = drawMask(recipe, window, damageIn(map, window));
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

test('the share of a small photograph is exact', () => {
  expect(maskShare(recipe, { width: 450, height: 300 }, map)).toBe(exactShare(450, 300));
  expect(maskShare(recipe, { width: 450, height: 300 }, null)).toBeLessThan(0.1);
});

test('that of a large one is near', () => {
  const share = maskShare(recipe, { width: 1800, height: 1200 }, map);
  expect(Math.abs(share - exactShare(1800, 1200))).toBeLessThan(0.005);
});
