import type { LightnessPlane } from '../../image/photograph.ts';
import { shrinkLightness } from '../../image/resize.ts';
import type { DamagedPixels } from './damaged-pixels.ts';
import { grayOf } from './gray.ts';
import type { RepairPreview } from './job.ts';

/** Longer side of a preview. */
const LONGEST = 320;

/**
 * Shows what a step expects, at a small size: a linear map. The small picture is made once; each step adds to its
 * cells by how much their damaged pixels differ from what they are. No pixel at full size is made or drawn.
 */
export class PreviewProxy {
  readonly #width: number;
  readonly #height: number;
  /** Of each cell, 0–255, of the photograph as it is. */
  readonly #gray: Float32Array;
  /** The cell of each damaged pixel, and its gray as it is. */
  readonly #cells: Uint32Array;
  readonly #damaged: Float32Array;
  /** Of a pixel in its cell, in levels: the networks' gray spans 2, a preview's 255. */
  readonly #share: number;

  constructor(plane: LightnessPlane, damage: DamagedPixels) {
    const scale = Math.min(1, LONGEST / Math.max(plane.width, plane.height));
    this.#width = Math.max(1, Math.round(plane.width * scale));
    this.#height = Math.max(1, Math.round(plane.height * scale));
    const whole = { x: 0, y: 0, width: plane.width, height: plane.height };
    const small = shrinkLightness(plane, whole, this.#width, this.#height);
    this.#gray = Float32Array.from(small, (lightness) => levelOf(grayOf(lightness)));
    this.#share = (127.5 * this.#gray.length) / (plane.width * plane.height);
    this.#cells = new Uint32Array(damage.count);
    this.#damaged = new Float32Array(damage.count);
    for (let y = 0; y < plane.height; y++) {
      const row = Math.floor((y * this.#height) / plane.height) * this.#width;
      const { first, end } = damage.span(y, 0, plane.width);
      for (let i = first; i < end; i++) {
        const x = damage.columns[i]!;
        this.#cells[i] = row + Math.floor((x * this.#width) / plane.width);
        this.#damaged[i] = grayOf(plane.data[y * plane.width + x]!);
      }
    }
  }

  /** @param clean of each damaged pixel, −1…1. */
  draw(clean: Float32Array): RepairPreview {
    const gray = this.#gray.slice();
    for (let i = 0; i < clean.length; i++) {
      gray[this.#cells[i]!]! += (clean[i]! - this.#damaged[i]!) * this.#share;
    }
    return { width: this.#width, height: this.#height, gray: Uint8ClampedArray.from(gray) };
  }
}

function levelOf(gray: number): number {
  return (gray + 1) * 127.5;
}
