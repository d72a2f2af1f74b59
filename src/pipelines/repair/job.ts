import type { LightnessPlane } from '../../image/photograph.ts';
import type { Mask } from '../../image/mask/mask.ts';
import type { RepairSampling } from '../../models/repair-card.ts';

/**
 * `draft`: the mean of what could be there, at a glance. `final`: the same with care, over mirrored views.
 * `sampled`: one of the ways in which it could have looked, by more steps; another for each seed.
 */
export type RepairMode = 'draft' | 'final' | 'sampled';

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
  /** Of a pass that begins with noise alone: it stays, whatever machine goes on. */
  sampling: RepairSampling;
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
