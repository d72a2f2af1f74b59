import { expect, test } from 'vitest';
import { DamagedPixels } from '../../../../src/pipelines/repair/damaged-pixels.ts';
import { coreOf, layTiles } from '../../../../src/pipelines/repair/tiles.ts';
import { drawnMask } from './drawn-damage.ts';

test.each([
  [64, 64],
  [65, 200],
  [300, 40],
  [511, 333],
])('tiles of 64 over %d × %d cover each pixel, and fade without a jump', (width, height) => {
  const { tiles } = layTiles({ width, height }, 64, 16);
  const total = new Float64Array(width * height);
  let steepest = 0;
  for (const tile of tiles) {
    expect(tile.x + tile.width).toBeLessThanOrEqual(width);
    expect(tile.y + tile.height).toBeLessThanOrEqual(height);
    tile.rowWeights.forEach((down, row) => {
      tile.columnWeights.forEach((across, column) => {
        total[(tile.y + row) * width + tile.x + column]! += down * across;
      });
    });
    const inside = tile.columnWeights.subarray(tile.x === 0 ? 0 : 1);
    inside.forEach((weight, i) => {
      if (i > 0) steepest = Math.max(steepest, Math.abs(weight - inside[i - 1]!));
    });
  }
  expect(total.reduce((least, sum) => Math.min(least, sum))).toBeGreaterThan(0.01);
  expect(steepest).toBeLessThan(0.2);
});

test('a picture smaller than a tile is one tile, filled up to a multiple', () => {
  const { width, height, tiles } = layTiles({ width: 50, height: 17 }, 64, 16);
  expect([width, height, tiles.length]).toEqual([64, 32, 1]);
  expect(tiles[0]).toMatchObject({ x: 0, y: 0, width: 50, height: 17 });
});

test('only tiles that count at damage are computed, and all damage is computed', () => {
  const mask = drawnMask(400, 300);
  const damage = new DamagedPixels(mask);
  const all = layTiles(mask, 64, 16).tiles;
  const some = layTiles(mask, 64, 16, damage).tiles;
  expect(some.length).toBeGreaterThan(0);
  expect(some.every((tile) => damage.isAnyIn(coreOf(tile)))).toBe(true);
  const one = { width: 400, height: 300, data: new Uint8Array(120_000) };
  one.data[150 * 400 + 200] = 1;
  const few = layTiles(one, 64, 16, new DamagedPixels(one)).tiles;
  expect(few.length).toBeLessThanOrEqual(4);
  expect(few.length).toBeLessThan(all.length / 5);
});

test('noise of damaged pixels is that of the whole picture at their places', () => {
  const mask = drawnMask(90, 40);
  const damage = new DamagedPixels(mask);
  const whole = new DamagedPixels({ ...mask, data: new Uint8Array(mask.data.length).fill(1) });
  const all = whole.noise(7, 0);
  const expected = all.filter((_, i) => mask.data[i] === 1);
  expect([...damage.noise(7, 0)]).toEqual([...expected]);
});
