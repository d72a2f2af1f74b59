import { grayTable } from '../../image/colour/gray-table.ts';
import { LIGHTNESS_MAX, type LightnessPlane } from '../../image/photograph.ts';
import { shrinkLightness } from '../../image/resize.ts';
import type { NetworkSize } from '../../planner/network-size.ts';

/** What the network is given of a photograph. */
export type NetworkInput = {
  size: NetworkSize;
  /** `[height, width]`: the lightness as sRGB gray in 0–1. */
  gray: Float32Array<ArrayBuffer>;
  /** L* 0–100 of the content, `contentHeight` rows of `contentWidth`: the guide for upsampling. */
  guide: Float32Array<ArrayBuffer>;
};

/** Shrinks a photograph's lightness to the network's size and pads it by reflection. */
export function networkInput(plane: LightnessPlane, size: NetworkSize): NetworkInput {
  const { contentWidth, contentHeight, width, height } = size;
  const small = wholeAt(plane, contentWidth, contentHeight);
  const grayOf = grayTable();
  const columns = Int32Array.from({ length: width }, (_, x) => reflect(x, contentWidth));
  const gray = new Float32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = reflect(y, contentHeight) * contentWidth;
    for (let x = 0; x < width; x++) gray[at++] = grayOf[small[row + columns[x]!]!]!;
  }
  return { size, gray, guide: lightnessOf(small) };
}

/** L* 0–100 of a whole photograph on a small grid, the mean over each cell. */
export function guideOf(
  plane: LightnessPlane,
  width: number,
  height: number,
): Float32Array<ArrayBuffer> {
  return lightnessOf(wholeAt(plane, width, height));
}

function wholeAt(plane: LightnessPlane, width: number, height: number): Uint16Array {
  const whole = { x: 0, y: 0, width: plane.width, height: plane.height };
  return shrinkLightness(plane, whole, width, height);
}

function lightnessOf(small: Uint16Array): Float32Array<ArrayBuffer> {
  const guide = new Float32Array(small.length);
  for (let i = 0; i < guide.length; i++) guide[i] = (small[i]! * 100) / LIGHTNESS_MAX;
  return guide;
}

/** The index inside 0…size−1 that a mirror at each border (which is not repeated) shows at `index`. */
export function reflect(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const place = index % period;
  return place < size ? place : period - place;
}
