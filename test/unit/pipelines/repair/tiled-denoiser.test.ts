import { expect, test } from 'vitest';
import { DamagedPixels } from '../../../../src/pipelines/repair/damaged-pixels.ts';
import { grayOf } from '../../../../src/pipelines/repair/gray.ts';
import { StepEstimate } from '../../../../src/pipelines/repair/step-estimate.ts';
import { tiledDenoiser } from '../../../../src/pipelines/repair/tiled-denoiser.ts';
import { layTiles, type TileGrid } from '../../../../src/pipelines/repair/tiles.ts';
import { drawnMask, drawnPlane } from './drawn-damage.ts';

const signal = new AbortController().signal;
const level = { index: 1, sigma: 0.5, alpha: 0.5 };

/** What a restorer is given, tile by tile, where it answers with the plane `answer` of that. */
async function denoised(width: number, height: number, side: number, answer: number, views = 1) {
  const plane = drawnPlane(width, height);
  const damage = new DamagedPixels(drawnMask(width, height));
  const grid = layTiles(plane, side, 16, damage);
  const area = grid.width * grid.height;
  const seen: Float32Array[][] = [];
  const restorer = {
    ...{ width: grid.width, height: grid.height },
    run: (planes: Float32Array) => {
      seen.push([0, 1, 2, 3].map((i) => planes.slice(i * area, (i + 1) * area)));
      return Promise.resolve(seen.at(-1)![answer]!);
    },
  };
  const latent = Float32Array.from({ length: damage.count }, (_, i) => Math.sin(i));
  const estimate = new StepEstimate(damage);
  const onTile = () => undefined;
  const denoise = tiledDenoiser({ plane, damage, grid, restorer, views, estimate, onTile });
  const clean = new Float32Array(damage.count);
  await denoise(latent, level, clean, signal);
  return { plane, damage, grid, seen, latent, clean };
}

/** Goes through the damage that tiles see. */
function forEachSeen(
  { tiles, width }: TileGrid,
  damage: DamagedPixels,
  visit: (tile: number, at: number, i: number) => void,
): void {
  tiles.forEach((tile, index) => {
    for (let row = 0; row < tile.height; row++) {
      const { first, end } = damage.span(tile.y + row, tile.x, tile.x + tile.width);
      for (let i = first; i < end; i++) {
        visit(index, row * width + damage.columns[i]! - tile.x, i);
      }
    }
  });
}

test('tiles see one base: of the whole damage, faded from tile to tile, and the gray elsewhere', async () => {
  const { damage, grid, seen, clean } = await denoised(300, 200, 64, 3);
  expect(grid.tiles.length).toBeGreaterThan(10);
  const base = new Float32Array(damage.count).fill(NaN);
  forEachSeen(grid, damage, (tile, at, i) => {
    const value = seen[tile]![3]![at]!;
    if (Number.isNaN(base[i]!)) base[i] = value;
    expect(value).toBe(base[i]);
  });
  const off = clean.map((value, i) => Math.abs(value - base[i]!));
  expect(Math.max(...off)).toBeLessThan(1e-6);
  for (const [, gray, mask, shown] of seen) {
    expect(shown!.every((value, i) => mask![i] === 1 || value === gray![i])).toBe(true);
  }
  // A thin tear through waves of gray is all but bridged.
  const wanted = new Float32Array(damage.count);
  const whole = drawnPlane(300, 200);
  for (let y = 0; y < 200; y++) {
    const { first, end } = damage.span(y, 0, 300);
    for (let i = first; i < end; i++) {
      wanted[i] = grayOf(whole.data[y * 300 + damage.columns[i]!]!);
    }
  }
  const errors = base.map((value, i) => Math.abs(value - wanted[i]!));
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.05);
});

test('what a tile is given of a picture that is smaller repeats its border, in all planes', async () => {
  const [width, height] = [50, 49];
  const { plane, damage, grid, seen, latent, clean } = await denoised(width, height, 64, 0);
  expect([grid.width, grid.height, seen.length]).toEqual([64, 64, 1]);
  expect(clean).toEqual(latent);
  const [noisy, gray, mask, base] = seen[0]!;
  for (const each of [noisy!, gray!, mask!, base!]) {
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 64; x++) {
        const inside = Math.min(y, height - 1) * 64 + Math.min(x, width - 1);
        if (each[y * 64 + x] !== each[inside]) expect.fail(`${x}, ${y} is another`);
      }
    }
  }
  // Damage reaches both borders that are repeated, or that would say little.
  expect(mask!.subarray(48 * 64, 49 * 64)).toContain(1);
  expect(damage.columns).toContain(width - 1);
  expect(gray![0]).toBe(Math.fround(grayOf(plane.data[0]!)));
  expect(mask!.slice(0, 5)).toEqual(Float32Array.of(1, 1, 1, 1, 0));
});

test('views are mirrored, all four ways, and turned back before their mean is taken', async () => {
  const alone = await denoised(100, 80, 64, 3);
  const four = await denoised(100, 80, 64, 3, 4);
  expect(four.seen.length).toBe(4 * alone.seen.length);
  // A restorer that answers with what it sees says the same in every view.
  const off = four.clean.map((value, i) => Math.abs(value - alone.clean[i]!));
  expect(Math.max(...off)).toBeLessThan(1e-6);
  const { width, height } = four.grid;
  for (const [view, planes] of four.seen.slice(0, 4).entries()) {
    for (const [index, plane] of planes.entries()) {
      const wanted = plane.map((_value, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        const column = view % 2 === 1 ? width - 1 - x : x;
        return four.seen[0]![index]![(view >= 2 ? height - 1 - y : y) * width + column]!;
      });
      expect(plane).toEqual(wanted);
    }
  }
});
