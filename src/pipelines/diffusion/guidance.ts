/**
 * Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598). A scale of 0 is the unconditional
 * prediction, 1 the conditional, more goes beyond it.
 */
export type Guidance = {
  scale: number;
  /** Both predictions in one pass of twice the batch, or in two passes one after the other. */
  mode: 'batched' | 'two-passes';
};

/** One of the two predictions. */
export type Branch = 'conditional' | 'unconditional';

/** What guidance takes in each evaluation of the denoiser: plain numbers for a plan. */
export type GuidanceCost = {
  /** Passes through the network, one after the other: time. */
  passes: number;
  /** Latents in one pass: the network's activations grow with it. */
  batch: number;
  /** Predictions that are kept at once, each of the latent's size. */
  predictions: number;
};

/** The predictions that a scale needs: at 0 and 1 one is the answer already. */
export function branchesOf(scale: number): readonly Branch[] {
  if (scale === 1) return ['conditional'];
  if (scale === 0) return ['unconditional'];
  return ['conditional', 'unconditional'];
}

/** @see GuidanceCost */
export function guidanceCost({ scale, mode }: Guidance): GuidanceCost {
  const predictions = branchesOf(scale).length;
  return mode === 'batched'
    ? { passes: 1, batch: predictions, predictions }
    : { passes: predictions, batch: 1, predictions };
}

/**
 * Joins two predictions: unconditional + scale · (conditional − unconditional). Predictions of any kind will do,
 * since the clean picture is linear in each.
 *
 * Guided predictions are not rescaled to the conditional one's standard deviation (Lin et al. 2023, arXiv
 * 2305.08891, section 3.4): a tile's deviation is not the picture's, so neighbours would be scaled differently.
 * @param out May be either of the two.
 */
export function guide(
  out: Float32Array,
  conditional: Float32Array,
  unconditional: Float32Array,
  scale: number,
): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = scale * conditional[i]! + (1 - scale) * unconditional[i]!;
  }
}
