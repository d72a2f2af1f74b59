import type { LightnessPlane } from '../../image/photograph.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import { letMessagesIn } from '../../shared/let-messages-in.ts';
import type { Denoise } from '../diffusion/denoiser.ts';
import { cutGuess, cutTile } from './cut-tile.ts';
import type { DamagedPixels } from './damaged-pixels.ts';
import { interpolate } from './interpolate.ts';
import { mirror } from './mirror.ts';
import type { StepEstimate } from './step-estimate.ts';
import type { TileNetwork } from './tile-network.ts';
import { coreOf, type Tile, type TileGrid } from './tiles.ts';

/**
 * The clean picture of all damage, tile by tile, in which neighbours fade into each other: so at every step they
 * go on from the same, and a tear that spans tiles agrees. What interpolation says of the damage, from which the
 * restorer tells the difference, is found in the same way, once, before the first step.
 * @param views of each tile, mirrored, whose mean is taken: what a network errs in one, it errs otherwise in another
 *   (self-ensemble, arXiv 1511.02228).
 * @param estimate of the step under way: where the last try was cut in it, only what is missing is computed.
 * @param onTile told before each tile of a step, from 0; waited for.
 */
export function tiledDenoiser(options: {
  plane: LightnessPlane;
  damage: DamagedPixels;
  grid: TileGrid;
  restorer: TileNetwork;
  views: number;
  estimate: StepEstimate;
  onTile: (tile: number) => unknown;
}): Denoise {
  const { plane, damage, grid, restorer, views, estimate, onTile } = options;
  const { width, height } = grid;
  const area = width * height;
  // In the order in which the restorer takes them.
  const planes = new Float32Array(4 * area);
  const planeAt = (index: number) => planes.subarray(index * area, (index + 1) * area);
  const [noisy, gray, mask, base] = [planeAt(0), planeAt(1), planeAt(2), planeAt(3)];
  const mirrored = views > 1 ? new Float32Array(planes.length) : planes;
  const turnedBack = new Float32Array(views > 1 ? area : 0);
  const mean = new Float32Array(turnedBack.length);
  const total = new Float32Array(damage.count);
  for (const tile of grid.tiles) {
    forEachInCore(tile, damage, (i, _at, weight) => (total[i]! += weight));
  }
  /** Hands what was found of a tile to the damage there, with how much it counts among all tiles. */
  const spread = (
    tile: Tile,
    found: Float32Array,
    add: (i: number, value: number, share: number) => void,
  ) =>
    forEachInCore(tile, damage, (i, column, weight, row) => {
      add(i, found[row * width + column]!, weight / total[i]!);
    });
  const interpolated = async (signal: AbortSignal | undefined) => {
    const sum = new Float32Array(damage.count);
    for (const tile of grid.tiles) {
      await letMessagesIn();
      throwIfAborted(signal);
      cutTile({ gray, mask }, plane, damage, tile, grid);
      const found = interpolate(gray, mask, width, height);
      spread(tile, found, (i, value, share) => (sum[i]! += share * value));
    }
    return sum;
  };
  /** The mean of a tile's views, once they have all come. */
  const viewed = async (sigma: number, signal: AbortSignal | undefined) => {
    const found = await restorer.run(planes, sigma);
    if (views === 1) return found;
    mean.set(found);
    for (let view = 1; view < views; view++) {
      throwIfAborted(signal);
      mirror(planes, mirrored, width, height, view);
      mirror(await restorer.run(mirrored, sigma), turnedBack, width, height, view);
      for (let i = 0; i < area; i++) mean[i]! += turnedBack[i]!;
    }
    for (let i = 0; i < area; i++) mean[i]! /= views;
    return mean;
  };
  let smooth: Float32Array | null = null;
  return async (latent, level, denoised, signal) => {
    smooth ??= await interpolated(signal);
    const missing = estimate.begin(level.sigma, grid);
    for (const [place, index] of missing.entries()) {
      const tile = grid.tiles[index]!;
      await onTile(grid.tiles.length - missing.length + place);
      throwIfAborted(signal);
      cutTile({ gray, mask }, plane, damage, tile, grid);
      cutGuess(noisy, gray, latent, damage, tile, grid);
      cutGuess(base, gray, smooth, damage, tile, grid);
      const found = await viewed(level.sigma, signal);
      spread(tile, found, (i, value, share) => estimate.add(i, value, share));
      estimate.endTile(index);
    }
    estimate.finish(denoised);
  };
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
