import { expect, test } from 'vitest';
import { damageIn, thresholdOf, type DamageMap } from '../../../../src/image/mask/damage-map.ts';
import { drawMask } from '../../../../src/image/mask/draw-mask.ts';
import { wholeWindow } from '../../../../src/image/mask/mask.ts';

/** One cell of 200 in the middle of 5 × 5, on 40. */
function speck(): DamageMap {
  const data = new Uint8Array(25).fill(40);
  data[12] = 200;
  return { width: 5, height: 5, data };
}

function maskOf(map: DamageMap, sensitivity: number, width: number, height: number): Uint8Array {
  const window = wholeWindow({ width, height });
  return drawMask({ sensitivity, strokes: [] }, window, damageIn(map, window)).data;
}

const areaOf = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

test('damage is grown by one cell', () => {
  const mask = maskOf(speck(), 0.5, 5, 5);
  expect(areaOf(mask)).toBe(9);
  expect(mask[6]).toBe(1);
  expect(mask[5]).toBe(0);
});

test('more sensitivity never finds less, from nothing to all that is suspected', () => {
  const areas = [0, 0.2, 0.5, 0.9, 1].map((sensitivity) =>
    areaOf(maskOf(speck(), sensitivity, 5, 5)),
  );
  expect(areas).toEqual([0, 0, 9, 25, 25]);
  const clean = { width: 2, height: 2, data: new Uint8Array(4) };
  expect(areaOf(maskOf(clean, 1, 2, 2))).toBe(0);
  expect(() => thresholdOf(1.1)).toThrow(/from 0 to 1/);
});

test('a map of a smaller size covers the photograph, at the same place', () => {
  const mask = maskOf(speck(), 0.5, 50, 40);
  const row = (y: number) => mask.subarray(y * 50, (y + 1) * 50).join('');
  expect(row(20)).toBe('0'.repeat(10) + '1'.repeat(30) + '0'.repeat(10));
  expect(row(5)).toBe('0'.repeat(50));
});

test('a scratch of one pixel stays to be seen at any size', () => {
  const data = new Uint8Array(40 * 20);
  for (let y = 0; y < 20; y++) data[y * 40 + 23] = 180;
  const map = { width: 40, height: 20, data };
  const { region, photograph } = wholeWindow(map);
  for (const [width, height] of [
    [40, 20],
    [13, 7],
    [4, 2],
    [1, 1],
  ] as const) {
    const found = damageIn(map, { photograph, region, width, height });
    const column = Math.floor((23 / 40) * width);
    for (let y = 0; y < height; y++) expect(found[y * width + column]).toBe(180);
  }
});

test('a part of the photograph shows what lies there', () => {
  const data = new Uint8Array(800);
  data[12 * 40 + 17] = 255;
  const part = {
    photograph: { width: 40, height: 20 },
    region: { x: 10, y: 5, width: 20, height: 10 },
    width: 20,
    height: 10,
  };
  const found = damageIn({ width: 40, height: 20, data }, part);
  const at = [...found.entries()].filter(([, value]) => value === 255).map(([i]) => i);
  expect(at).toEqual([6, 7, 8].flatMap((y) => [6, 7, 8].map((x) => y * 20 + x)));
});
