import type { Chroma } from '../../image/photograph.ts';
import { bilinear } from './cells.ts';
import type { ColourHint, ColourLock } from './request.ts';

/** Lightness on a grid over a whole photograph. */
export type LightnessGrid = {
  width: number;
  height: number;
  /** L* 0–100. */
  guide: ArrayLike<number>;
};

/** How far hints reach, and what they say there. */
export type SpreadColour = {
  /** 0–1 of each cell. */
  weight: Float32Array<ArrayBuffer>;
  /** `[2, height, width]`, Lab; of cells with a weight. */
  ab: Float32Array<ArrayBuffer>;
};

/** A step of so much lightness ends a hint's way, whatever its radius. */
const EDGE = 14;
/** Less is grain and shading, and costs nothing. */
const GRAIN = 1.5;
/** Neighbours: step across, down, and its length. */
const NEIGHBOURS = [-1, 0, 1]
  .flatMap((y) => [-1, 0, 1].map((x) => [x, y, Math.hypot(x, y)] as const))
  .filter(([, , length]) => length > 0);

/**
 * Spreads hints over a grid: each reaches as far as its radius over even ground, and no further than an edge of
 * lightness, by the cheapest way to each cell (Dijkstra's). Where several reach they mix by how near each is.
 * @param hints with x, y in 0–1 of the grid's sides, radius in parts of the longer side.
 */
export function spreadColours(grid: LightnessGrid, hints: readonly ColourHint[]): SpreadColour {
  const { width, height } = grid;
  const cells = width * height;
  const weight = new Float32Array(cells);
  const ab = new Float32Array(2 * cells);
  const total = new Float32Array(cells);
  for (const hint of hints) {
    for (const [cell, cost] of reachOf(grid, hint)) {
      // Smooth at both ends: 1 at the hint, 0 where its way ends.
      const near = (1 - cost) ** 2 * (1 + 2 * cost);
      weight[cell] = Math.max(weight[cell]!, near);
      ab[cell]! += near * hint.a;
      ab[cells + cell]! += near * hint.b;
      total[cell]! += near;
    }
  }
  for (let cell = 0; cell < cells; cell++) {
    if (total[cell] === 0) continue;
    ab[cell]! /= total[cell]!;
    ab[cells + cell]! /= total[cell]!;
  }
  return { weight, ab };
}

/**
 * Colours with hints spread over them, without a network; a locked region keeps what it had.
 * @returns `[2, height, width]`, Lab.
 */
export function spreadHints(
  chroma: Chroma,
  hints: readonly ColourHint[],
  lock: ColourLock | null,
): Float32Array<ArrayBuffer> {
  const cells = chroma.width * chroma.height;
  const spread = spreadColours(chroma, hints);
  const locked = lock && lockedPart(lock, chroma);
  return Float32Array.from(chroma.ab, (value, at) => {
    const part = spread.weight[at % cells]! * (1 - (locked?.[at % cells] ?? 0));
    return part * spread.ab[at]! + (1 - part) * value;
  });
}

/** How much of each cell of a grid over the whole photograph is locked, 0–1. */
export function lockedPart(
  { mask }: Pick<ColourLock, 'mask'>,
  { width, height }: { width: number; height: number },
): Float32Array<ArrayBuffer> {
  const part = new Float32Array(width * height);
  // As many samples in a cell as the mask has pixels there.
  const across = Math.max(1, Math.ceil(mask.width / width));
  const down = Math.max(1, Math.ceil(mask.height / height));
  for (let at = 0; at < part.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    let sum = 0;
    for (let v = 0; v < down; v++) {
      for (let u = 0; u < across; u++) {
        const column = ((x + (u + 0.5) / across) / width) * mask.width - 0.5;
        const row = ((y + (v + 0.5) / down) / height) * mask.height - 0.5;
        sum += bilinear(mask.data, mask, column, row);
      }
    }
    part[at] = sum / (255 * across * down);
  }
  return part;
}

/** Cells that a hint comes to, each with its cost, 0 at the hint and below 1. */
function reachOf(grid: LightnessGrid, hint: ColourHint): Map<number, number> {
  const { width, height, guide } = grid;
  const column = Math.min(width - 1, Math.floor(hint.x * width));
  const row = Math.min(height - 1, Math.floor(hint.y * height));
  const each = 1 / Math.max(1, hint.radius * Math.max(width, height));
  const costs = new Map([[row * width + column, 0]]);
  // Costs in buckets: a cell is final when its bucket is emptied, to within a bucket's width.
  const buckets: number[][] = [[row * width + column]];
  const bucketOf = (cost: number) => Math.floor((cost / each) * 4);
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    for (const cell of buckets[bucket] ?? []) {
      const cost = costs.get(cell)!;
      if (bucketOf(cost) < bucket) continue;
      const [x, y] = [cell % width, Math.floor(cell / width)];
      for (const [right, down, length] of NEIGHBOURS) {
        const [u, v] = [x + right, y + down];
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        const next = v * width + u;
        const edge = Math.max(0, Math.abs(guide[next]! - guide[cell]!) - GRAIN) / EDGE;
        const total = cost + length * each + edge;
        if (total >= 1 || total >= (costs.get(next) ?? 1)) continue;
        costs.set(next, total);
        (buckets[bucketOf(total)] ??= []).push(next);
      }
    }
  }
  return costs;
}
