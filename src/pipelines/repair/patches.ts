import type { LightnessPlane } from '../../image/photograph.ts';

/**
 * Repaired pixels within one rectangle of a photograph. A repair is a list of them: small, plain data, and all
 * that is needed to make it again in another worker.
 */
export type RepairPatch = {
  /** The rectangle's corner in the photograph, in pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** 1 where a pixel was repaired, row by row. */
  mask: Uint8Array<ArrayBuffer>;
  /** L* × 65535 / 100 of each pixel; where the mask is 0 it says nothing. */
  lightness: Uint16Array<ArrayBuffer>;
};

/** Writes repaired pixels into a photograph; all others stay as they are, bit for bit. */
export function applyPatches(plane: LightnessPlane, patches: readonly RepairPatch[]): void {
  for (const { x, y, width, height, mask, lightness } of patches) {
    for (let row = 0; row < height; row++) {
      const to = (y + row) * plane.width + x;
      for (let i = row * width, end = i + width, at = to; i < end; i++, at++) {
        if (mask[i] === 1) plane.data[at] = lightness[i]!;
      }
    }
  }
}
