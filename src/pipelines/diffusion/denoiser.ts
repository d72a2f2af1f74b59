import { throwIfAborted } from '../../shared/errors.ts';
import { branchesOf, guide, type Branch, type Guidance } from './guidance.ts';
import type { NoiseLevel } from './noise-levels.ts';
import { denoisedOf, type PredictionKind } from './prediction.ts';

/** What a network is asked: one latent at one level, under one or both conditions. */
export type PredictionCall = {
  latent: Float32Array<ArrayBuffer>;
  level: NoiseLevel;
  branches: readonly Branch[];
  /** Gets a prediction of the latent's length for each branch, in their order. */
  predictions: Float32Array<ArrayBuffer>;
  signal: AbortSignal | undefined;
};

/** Writes the clean picture that a latent at a level is expected to be. Changes nothing else. */
export type Denoise = (
  latent: Float32Array<ArrayBuffer>,
  level: NoiseLevel,
  denoised: Float32Array<ArrayBuffer>,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** A network with guidance, as samplers take it. Memory for its predictions is taken here, once. */
export function makeDenoiser(options: {
  predict: (call: PredictionCall) => Promise<void>;
  kind: PredictionKind;
  guidance: Guidance;
  /** Numbers in a latent. */
  length: number;
}): Denoise {
  const { predict, kind, guidance, length } = options;
  const branches = branchesOf(guidance.scale);
  const predictions = new Float32Array(branches.length * length);
  const each = branches.map((_, i) => predictions.subarray(i * length, (i + 1) * length));
  return async (latent, level, denoised, signal) => {
    if (guidance.mode === 'batched') {
      await predict({ latent, level, branches, predictions, signal });
    } else {
      for (const [i, branch] of branches.entries()) {
        throwIfAborted(signal);
        await predict({ latent, level, branches: [branch], predictions: each[i]!, signal });
      }
    }
    const [first, second] = each;
    if (second) guide(first!, first!, second, guidance.scale);
    denoisedOf(kind, denoised, latent, first!, level);
  };
}
