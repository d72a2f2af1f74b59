import type { Mask } from '../../image/mask/mask.ts';
import { assert } from '../../shared/errors.ts';
import { gaussianNoise } from '../diffusion/gaussian-noise.ts';

/**
 * The damaged pixels of a picture, row by row. What sampling works on is one number for each of them, in this
 * order: damage is a few hundredths of a picture, so the latent of the whole is small, and belongs to no tile.
 */
export class DamagedPixels {
  readonly width: number;
  readonly height: number;
  /** Column of each. */
  readonly columns: Uint32Array;
  /** Where each row begins in `columns`, and where the last one ends. */
  readonly #rows: Uint32Array;

  constructor({ width, height, data }: Mask) {
    assert(data.length === width * height, 'A mask is as large as its picture.');
    this.width = width;
    this.height = height;
    this.#rows = new Uint32Array(height + 1);
    let count = 0;
    for (const value of data) count += value === 0 ? 0 : 1;
    this.columns = new Uint32Array(count);
    for (let y = 0, i = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++) if (data[i++] !== 0) this.columns[at++] = x;
      this.#rows[y + 1] = at;
    }
  }

  get count(): number {
    return this.columns.length;
  }

  /** Those of a row from column `from` up to `to`, which is not among them, as places in `columns`. */
  span(y: number, from: number, to: number): { first: number; end: number } {
    const [rowFirst, rowEnd] = [this.#rows[y]!, this.#rows[y + 1]!];
    const first = this.#firstFrom(from, rowFirst, rowEnd);
    return { first, end: this.#firstFrom(to, first, rowEnd) };
  }

  /** Whether a rectangle has any. */
  isAnyIn({ x, y, width, height }: Rectangle): boolean {
    for (let row = y; row < y + height; row++) {
      const { first, end } = this.span(row, x, x + width);
      if (first < end) return true;
    }
    return false;
  }

  /** Normal numbers for them: those that a noise field of the whole picture has at their places. */
  noise(seed: number, draw: number): Float32Array<ArrayBuffer> {
    const noise = new Float32Array(this.count);
    for (let y = 0; y < this.height; y++) {
      const end = this.#rows[y + 1]!;
      for (let first = this.#rows[y]!, next = first; first < end; first = next) {
        const x = this.columns[first]!;
        do next++;
        while (next < end && x + next - first === this.columns[next]);
        const field = { seed, x, y, width: next - first, height: 1, channels: 1 };
        gaussianNoise(noise.subarray(first, next), field, draw);
      }
    }
    return noise;
  }

  #firstFrom(column: number, low: number, high: number): number {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.columns[middle]! < column) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Part of a picture, in its pixels. */
export type Rectangle = { x: number; y: number; width: number; height: number };
