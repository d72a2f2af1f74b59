import type { Region } from '../guided/mapping.ts';

/** What is to be repaired: 1 for each such pixel, 0 elsewhere, row by row; of the photograph's size. */
export type Mask = { width: number; height: number; data: Uint8Array<ArrayBuffer> };

/** A part of a photograph as a mask of it is drawn: a region, at a size of `width` × `height` cells. */
export type MaskWindow = {
  /** Of the whole photograph, in its pixels. */
  photograph: { width: number; height: number };
  region: Region;
  width: number;
  height: number;
};

/** The window that is the photograph itself, pixel by pixel. */
export function wholeWindow({ width, height }: { width: number; height: number }): MaskWindow {
  const size = { width, height };
  return { photograph: size, region: { x: 0, y: 0, ...size }, ...size };
}
