import type { Mask } from '../../image/mask/mask.ts';
import type { LightnessPlane } from '../../image/photograph.ts';
import { shrinkLightness } from '../../image/resize.ts';
import { noiseLevels, type NoiseLevels } from '../diffusion/noise-levels.ts';
import { linearSchedule } from '../diffusion/sigma-schedules.ts';

/**
 * Damage that has a square of this side in it, in pixels, is filled on a smaller copy first: what a tile can see
 * around larger holes is too little to fill them from. The networks were trained on damage of that size.
 */
const LARGEST_SQUARE = 32;
/** Copies are not made smaller than this. */
const LEAST_SIDE = 64;
/** The noise that a pass begins with where a coarser one has filled the damage: details are found anew. */
const REFINING_LEVEL = 0.5;

/** One run of the sampler over all damage, on a copy of the photograph. */
export type Pass = {
  /** The photograph, or its smaller copy. */
  plane: LightnessPlane;
  mask: Mask;
  /** The first of a repair begins with noise alone. */
  isFirst: boolean;
};

/** How many passes a mask needs; it follows from the mask alone, so that runs can go on elsewhere. */
export function countPasses(mask: Mask): number {
  let passes = 1;
  let { width, height } = mask;
  for (let side = largestSquare(mask); side > LARGEST_SQUARE; side /= 2) {
    [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    if (Math.min(width, height) < LEAST_SIDE) break;
    passes++;
  }
  return passes;
}

/** The photograph of a pass: every pass has twice the sides of the one before, the last is at full size. */
export function passOf(plane: LightnessPlane, mask: Mask, pass: number, passes: number): Pass {
  const isFirst = pass === 0;
  const scale = 2 ** (passes - 1 - pass);
  if (scale === 1) return { plane, mask, isFirst };
  const width = Math.ceil(plane.width / scale);
  const height = Math.ceil(plane.height / scale);
  const whole = { x: 0, y: 0, width: plane.width, height: plane.height };
  const data = shrinkLightness(plane, whole, width, height);
  return { plane: { width, height, data }, mask: shrinkMask(mask, width, height), isFirst };
}

/** The noise levels of a pass. @param steps of one that begins with noise alone. */
export function levelsOf(isFirst: boolean, steps: number): NoiseLevels {
  const schedule = isFirst
    ? linearSchedule(steps)
    : linearSchedule(Math.max(1, Math.round(steps * REFINING_LEVEL)), REFINING_LEVEL);
  return noiseLevels('flow', schedule);
}

/** Cells that a damaged pixel touches are damaged. */
function shrinkMask(mask: Mask, width: number, height: number): Mask {
  const data = new Uint8Array(width * height);
  const [across, down] = [width / mask.width, height / mask.height];
  for (let y = 0, i = 0; y < mask.height; y++) {
    const top = Math.floor(y * down);
    const bottom = Math.min(height, Math.ceil((y + 1) * down));
    for (let x = 0; x < mask.width; x++, i++) {
      if (mask.data[i] === 0) continue;
      const left = Math.floor(x * across);
      const right = Math.min(width, Math.ceil((x + 1) * across));
      for (let row = top; row < bottom; row++)
        data.fill(1, row * width + left, row * width + right);
    }
  }
  return { width, height, data };
}

/** The side of the largest square that is damaged throughout, of those whose sides are powers of two, side by side. */
function largestSquare(mask: Mask): number {
  let { width, height, data } = mask;
  for (let side = 1; ; side *= 2) {
    const [across, down] = [width >> 1, height >> 1];
    const next = new Uint8Array(across * down);
    let isAny = 0;
    for (let y = 0, i = 0; y < down; y++) {
      for (let x = 0, at = 2 * y * width; x < across; x++, at += 2) {
        const isFull = data[at]! & data[at + 1]! & data[at + width]! & data[at + width + 1]!;
        isAny |= isFull;
        next[i++] = isFull;
      }
    }
    if (isAny === 0) return side;
    [width, height, data] = [across, down, next];
  }
}
