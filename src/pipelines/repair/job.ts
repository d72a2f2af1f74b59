import type { LightnessPlane } from '../../image/photograph.ts';
import type { Mask } from '../../image/mask/mask.ts';

/** `draft`: one step a pass, the mean of what could be there. `final`: more steps, which choose and are sharper. */
export type RepairMode = 'draft' | 'final';

/** What is to be repaired, and how. */
export type RepairJob = {
  /** The photograph as it is; it is not changed. */
  lightness: LightnessPlane;
  /** Of the same size. */
  mask: Mask;
  mode: RepairMode;
  /** A whole number, 0…2⁵³−1. The same seed gives the same repair, on whatever tiles it is made. */
  seed: number;
  /** Where an earlier worker stood with the same job; null to begin. */
  state: RepairState | null;
};

/**
 * Where a repair stands between two steps: plain data, with which any worker goes on, on any tiles. Of damage only,
 * so a few bytes for each damaged pixel.
 */
export type RepairState = {
  /** Large damage is filled on smaller copies of the photograph first: passes run from 0 to the last, at full size. */
  pass: number;
  /** The step of the pass that comes next, from 0. */
  step: number;
  /** Steps of a pass that begins with noise alone: they stay, whatever machine goes on. */
  steps: number;
  /** The noisy guess of each damaged pixel of the pass's copy, row by row. */
  latent: Float32Array<ArrayBuffer>;
};

/** How far a repair is. Counts begin at 1. */
export type RepairPlace = {
  pass: number;
  passes: number;
  step: number;
  steps: number;
  tile: number;
  tiles: number;
};

/** The whole photograph at a small size, with its damage as the last step expects it to be filled. */
export type RepairPreview = {
  width: number;
  height: number;
  /** Gray as sRGB has it, 0–255. */
  gray: Uint8ClampedArray<ArrayBuffer>;
};
