import type { LightnessPlane } from '../../image/photograph.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { Denoise } from '../diffusion/denoiser.ts';
import type { DamagedPixels } from './damaged-pixels.ts';
import { grayOf } from './gray.ts';
import type { TileNetwork } from './tile-network.ts';
import { coreOf, type Tile, type TileGrid } from './tiles.ts';

type Plane = Float32Array<ArrayBuffer>;

/** What the restorer is given of a tile: planes `[height, width]`, one after the other. */
type TileInput = {
  /** (1 − level) · clean + level · noise where the mask is 1, the gray elsewhere. */
  noisy: Plane;
  /** The damaged picture, −1…1. */
  gray: Plane;
  /** 0 or 1. */
  mask: Plane;
};

/**
 * The clean picture of all damage, tile by tile, in which neighbours fade into each other: so at every step they
 * go on from the same, and a tear that spans tiles agrees.
 * @param onTile told before each tile, from 0; waited for.
 */
export function tiledDenoiser(options: {
  plane: LightnessPlane;
  damage: DamagedPixels;
  grid: TileGrid;
  restorer: TileNetwork;
  onTile: (tile: number) => unknown;
}): Denoise {
  const { plane, damage, grid, restorer, onTile } = options;
  const area = grid.width * grid.height;
  const planes = new Float32Array(3 * area);
  const planeAt = (index: number) => planes.subarray(index * area, (index + 1) * area);
  const input: TileInput = { noisy: planeAt(0), gray: planeAt(1), mask: planeAt(2) };
  const total = new Float32Array(damage.count);
  for (const tile of grid.tiles) {
    forEachInCore(tile, damage, (i, _at, weight) => (total[i]! += weight));
  }
  return async (latent, level, denoised, signal) => {
    denoised.fill(0);
    for (const [index, tile] of grid.tiles.entries()) {
      await onTile(index);
      throwIfAborted(signal);
      cut(input, plane, damage, latent, tile, grid);
      const clean = await restorer.run(planes, level.sigma);
      forEachInCore(
        tile,
        damage,
        (i, column, weight, row) =>
          (denoised[i]! += (weight / total[i]!) * clean[row * grid.width + column]!),
      );
    }
  };
}

/** Fills a tile's planes. Beyond a picture that is smaller than a tile its border is repeated. */
function cut(
  { noisy, gray, mask }: TileInput,
  plane: LightnessPlane,
  damage: DamagedPixels,
  latent: Float32Array,
  tile: Tile,
  { width, height }: TileGrid,
): void {
  mask.fill(0);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    if (row >= tile.height) {
      for (const each of [noisy, gray, mask]) each.copyWithin(start, start - width, start);
      continue;
    }
    const y = tile.y + row;
    const from = y * plane.width + tile.x;
    for (let x = 0; x < tile.width; x++) gray[start + x] = grayOf(plane.data[from + x]!);
    gray.fill(gray[start + tile.width - 1]!, start + tile.width, start + width);
    noisy.set(gray.subarray(start, start + width), start);
    const { first, end } = damage.span(y, tile.x, tile.x + tile.width);
    for (let i = first; i < end; i++) {
      const at = start + damage.columns[i]! - tile.x;
      noisy[at] = latent[i]!;
      mask[at] = 1;
    }
    const last = start + tile.width - 1;
    noisy.fill(noisy[last]!, last + 1, start + width);
    mask.fill(mask[last]!, last + 1, start + width);
  }
}

/** Goes through the damage that a tile counts at. @param visit gets its place in the order, column, weight and row. */
function forEachInCore(
  tile: Tile,
  damage: DamagedPixels,
  visit: (i: number, column: number, weight: number, row: number) => void,
): void {
  const core = coreOf(tile);
  for (let y = core.y; y < core.y + core.height; y++) {
    const row = y - tile.y;
    const { first, end } = damage.span(y, core.x, core.x + core.width);
    for (let i = first; i < end; i++) {
      const column = damage.columns[i]! - tile.x;
      visit(i, column, tile.columnWeights[column]! * tile.rowWeights[row]!, row);
    }
  }
}
