/** Lightness L* is kept as 16-bit integers: 0 is L* = 0, 65535 is L* = 100. */
export const LIGHTNESS_MAX = 65535;

/** One plane of lightness, row by row. */
export type LightnessPlane = {
  width: number;
  height: number;
  /** L* × 65535 / 100, one a pixel. */
  data: Uint16Array;
};

/**
 * ab on a grid that covers the whole photograph, with the lightness of the same grid as guide.
 * Grid cells cover equal areas of the photograph; both sides at least 1.
 */
export type Chroma = {
  width: number;
  height: number;
  /** Planar: all of a, then all of b, in Lab units. */
  ab: Float32Array;
  /** L* in 0–100, the mean over each cell. */
  guide: Float32Array;
};

/** A photograph as the engine holds it. */
export type Photograph = {
  lightness: LightnessPlane;
  /** 0–255 a pixel, or null where opaque everywhere. */
  alpha: Uint8Array | null;
  /** The file's own colours on a grid of at most 1024 px, or null where every pixel has R = G = B. */
  ownChroma: Chroma | null;
};
