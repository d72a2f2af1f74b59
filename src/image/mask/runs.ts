import { assert } from '../../shared/errors.ts';

/** Marked pixels of a plane as stretches: first pixel and length, one after the other, by rising pixel. */
export type Runs = Uint32Array<ArrayBuffer>;

/** Pixels of a plane and what stands in them: all that a repair changes, and nothing else. */
export type PixelPatch = {
  /** Of the plane that it belongs to. */
  width: number;
  height: number;
  runs: Runs;
  /** Lightness 0–65535 of each marked pixel, in the order of the runs. */
  values: Uint16Array<ArrayBuffer>;
};

/** The marked pixels of a mask (not 0). */
export function runsOf(mask: Uint8Array): Runs {
  const runs: number[] = [];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const start = i;
    while (i < mask.length && mask[i] !== 0) i++;
    runs.push(start, i - start);
  }
  return Uint32Array.from(runs);
}

/** How many pixels are marked. */
export function countOf(runs: Runs): number {
  let count = 0;
  for (let i = 1; i < runs.length; i += 2) count += runs[i]!;
  return count;
}

/** What a plane holds in the marked pixels. */
export function takePixels(plane: Uint16Array, runs: Runs): Uint16Array<ArrayBuffer> {
  const values = new Uint16Array(countOf(runs));
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const [start, length] = [runs[i]!, runs[i + 1]!];
    values.set(plane.subarray(start, start + length), at);
    at += length;
  }
  return values;
}

/**
 * Puts a patch into its plane; every other pixel stays as it is.
 * @throws {AppError} `bug/invariant` where it belongs to a plane of another size.
 */
export function putPixels(plane: Uint16Array, { width, height, runs, values }: PixelPatch): void {
  assert(plane.length === width * height, 'A patch belongs to a plane of its own size.');
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const [start, length] = [runs[i]!, runs[i + 1]!];
    plane.set(values.subarray(at, at + length), start);
    at += length;
  }
}
