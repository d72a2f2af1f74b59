import { assert } from '../../shared/errors.ts';

type Plane = Float32Array<ArrayBuffer>;

/** How often sides are halved, and means over 3 × 3 pixels at each size. */
const HALVINGS = 4;
const MEANS = 4;
/** Sides are multiples of it. */
const MULTIPLE = 2 ** HALVINGS;

/** A picture at one of the sizes. */
type Level = {
  width: number;
  height: number;
  /** Of what is known; 0 elsewhere. */
  values: Float32Array;
  /** Places of what is not known. */
  holes: Uint32Array;
};

/**
 * What a smooth surface through all that is known says of what is not: a pyramid of means of what is known (pull and
 * push, Gortler and others 1996), and at each size on the way back a few means over neighbours, which bring it near to
 * the harmonic surface. The restorer was trained to tell the difference from this one: models/repair/interpolation.py.
 * @param gray `[height, width]`, −1…1; sides are multiples of 16.
 * @param mask 0 or 1, of the same size.
 * @returns the surface, which is the gray where the mask is 0. Where nothing at all is known it is 0.
 */
export function interpolate(
  gray: Float32Array,
  mask: Float32Array,
  width: number,
  height: number,
): Plane {
  assert(
    width % MULTIPLE === 0 && height % MULTIPLE === 0 && gray.length === width * height,
    'Sides of what is interpolated are multiples of 16.',
  );
  const levels = [levelOf(gray, mask, width, height)];
  for (let i = 0; i < HALVINGS; i++) levels.push(halved(levels[i]!));
  let surface: Plane | null = null;
  for (const level of levels.reverse()) surface = filled(level, surface);
  return surface!;
}

function levelOf(gray: Float32Array, mask: Float32Array, width: number, height: number): Level {
  const values = new Float32Array(gray);
  const holes = new Uint32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (mask[i] === 0) continue;
    values[i] = 0;
    holes[count++] = i;
  }
  return { width, height, values, holes: holes.subarray(0, count) };
}

/** Of half the sides: each pixel is the mean of those of its four that are known. */
function halved(finer: Level): Level {
  const [width, height] = [finer.width / 2, finer.height / 2];
  const values = new Float32Array(width * height);
  const knowns = new Uint8Array(values.length).fill(4);
  for (const hole of finer.holes) {
    const y = Math.floor(hole / finer.width);
    knowns[(y >> 1) * width + ((hole - y * finer.width) >> 1)]!--;
  }
  const holes = new Uint32Array(finer.holes.length / 4);
  let count = 0;
  for (let y = 0, i = 0; y < height; y++) {
    let at = 2 * y * finer.width;
    for (let x = 0; x < width; x++, i++, at += 2) {
      if (knowns[i] === 0) {
        holes[count++] = i;
        continue;
      }
      const below = at + finer.width;
      const above = finer.values[at]! + finer.values[at + 1]!;
      values[i] = (above + finer.values[below]! + finer.values[below + 1]!) / knowns[i]!;
    }
  }
  return { width, height, values, holes: holes.subarray(0, count) };
}

/** Fills holes with the surface of half the sides, then smooths them. @param coarser null: with 0. */
function filled({ width, height, values, holes }: Level, coarser: Plane | null): Plane {
  const surface = new Float32Array(values);
  if (coarser) {
    for (const hole of holes) {
      const y = Math.floor(hole / width);
      surface[hole] = coarser[(y >> 1) * (width / 2) + ((hole - y * width) >> 1)]!;
    }
  }
  const means = new Float32Array(holes.length);
  for (let turn = 0; turn < MEANS; turn++) {
    for (let i = 0; i < holes.length; i++) means[i] = meanAround(surface, holes[i]!, width, height);
    for (let i = 0; i < holes.length; i++) surface[holes[i]!] = means[i]!;
  }
  return surface;
}

/** The mean over a pixel and its neighbours; what lies beyond the border does not count. */
function meanAround(surface: Plane, at: number, width: number, height: number): number {
  const y = Math.floor(at / width);
  const x = at - y * width;
  const [above, below] = [at - width, at + width];
  if (x > 0 && y > 0 && x + 1 < width && y + 1 < height) {
    const upper = surface[above - 1]! + surface[above]! + surface[above + 1]!;
    const middle = surface[at - 1]! + surface[at]! + surface[at + 1]!;
    return (upper + middle + surface[below - 1]! + surface[below]! + surface[below + 1]!) / 9;
  }
  let [sum, count] = [0, 0];
  for (let row = Math.max(0, y - 1); row < Math.min(height, y + 2); row++) {
    for (let column = Math.max(0, x - 1); column < Math.min(width, x + 2); column++) {
      sum += surface[row * width + column]!;
      count++;
    }
  }
  return sum / count;
}
