import type { PredictionCall } from '../diffusion/denoiser.ts';
import type { NetworkInput } from '../colorize/network-input.ts';

/** What a head is shown of a photograph, besides what the encoder finds. */
export type Offered = {
  /** L* / 100 of each cell, `[height, width]`. */
  lightness: Float32Array<ArrayBuffer>;
  /** a and b by the chroma scale, and 1 where there is one, `[3, height, width]`; zeros elsewhere. */
  hints: Float32Array<ArrayBuffer>;
};

/** Encoder and head for photographs of one size, wherever they run. */
export type OpenHead = {
  /** Cells of 4 × 4 pixels of what the encoder sees. */
  readonly width: number;
  readonly height: number;
  /** Candidates in one call; fewer may be asked. */
  readonly batch: number;
  /** Runs the encoder, its answer and `condition`: what {@link predict} says is of this photograph until the next one. */
  look(input: NetworkInput, offered: Offered): Promise<void>;
  /** The velocity of candidates one after the other, `[candidates, 2, height, width]`, at a flow's level. */
  predict(call: PredictionCall): Promise<void>;
  /** Gives the networks back; the pool may keep them. */
  release(): void;
};
