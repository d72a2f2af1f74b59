import { writeSrgb8 } from '../../image/colour/gamut.ts';
import type { NetworkInput } from '../colorize/network-input.ts';
import type { PreviewImage } from './events.ts';

/** Longer side of a preview, in pixels. */
const LONGEST = 32;

/**
 * Shows what a step expects: the mean of its estimate over some cells, with their lightness. No network, field or
 * full size is gone through; `npm run bench -- recolour` measures it beside a step and beside a whole view.
 */
export class RecolourPreview {
  readonly #width: number;
  readonly #height: number;
  readonly #chromaScale: number;
  /** Cells in a row of the estimate, and in all. */
  readonly #columns: number;
  readonly #cells: number;
  /** First cell of each column and row of the preview, and the end of the last. */
  readonly #lefts: Uint16Array;
  readonly #tops: Uint16Array;
  /** CIELAB's f of each pixel's luminance. */
  readonly #light: Float32Array;

  /** @param lightness L* / 100 of each cell. */
  constructor({ size }: Pick<NetworkInput, 'size'>, lightness: Float32Array, chromaScale: number) {
    const [columns, rows] = [size.contentWidth / 4, size.contentHeight / 4];
    const scale = Math.min(1, LONGEST / Math.max(columns, rows));
    this.#width = Math.max(1, Math.round(columns * scale));
    this.#height = Math.max(1, Math.round(rows * scale));
    this.#chromaScale = chromaScale;
    this.#columns = size.width / 4;
    this.#cells = lightness.length;
    this.#lefts = bordersOf(this.#width, columns);
    this.#tops = bordersOf(this.#height, rows);
    this.#light = new Float32Array(this.#width * this.#height);
    this.#eachPixel(lightness, 0, (pixel, mean) => (this.#light[pixel] = (100 * mean + 16) / 116));
  }

  /** @param denoised `[2, height, width]` of cells, by the chroma scale. */
  draw(denoised: Float32Array): PreviewImage {
    const [width, height] = [this.#width, this.#height];
    const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
    const a = new Float32Array(width * height);
    this.#eachPixel(denoised, 0, (pixel, mean) => (a[pixel] = mean * this.#chromaScale));
    this.#eachPixel(denoised, this.#cells, (pixel, mean) =>
      writeSrgb8(this.#light[pixel]!, a[pixel]!, mean * this.#chromaScale, rgba, 4 * pixel),
    );
    return { width, height, rgba };
  }

  #eachPixel(plane: Float32Array, first: number, visit: (pixel: number, mean: number) => void) {
    for (let y = 0, pixel = 0; y < this.#height; y++) {
      const [top, bottom] = [this.#tops[y]!, this.#tops[y + 1]!];
      for (let x = 0; x < this.#width; x++, pixel++) {
        const [left, right] = [this.#lefts[x]!, this.#lefts[x + 1]!];
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          const at = first + row * this.#columns;
          for (let column = left; column < right; column++) sum += plane[at + column]!;
        }
        visit(pixel, sum / ((bottom - top) * (right - left)));
      }
    }
  }
}

/** Where each pixel of a side begins, in whole cells, none empty. */
function bordersOf(pixels: number, cells: number): Uint16Array {
  return Uint16Array.from({ length: pixels + 1 }, (_, i) =>
    Math.max(i, Math.round((i * Math.max(cells, pixels)) / pixels)),
  );
}
