import { assert } from '../../shared/errors.ts';
import type { NoiseLevel } from './noise-levels.ts';

/**
 * What a network is trained to say of alpha · clean + sigma · noise:
 * - `epsilon`: the noise (Ho et al. 2020, arXiv 2006.11239);
 * - `v`: alpha · noise − sigma · clean (Salimans and Ho 2022, arXiv 2202.00512);
 * - `x0`: the clean picture;
 * - `flow-velocity`: noise − clean (Lipman et al. 2022, arXiv 2210.02747; Esser et al. 2024, arXiv 2403.03206).
 */
export type PredictionKind = 'epsilon' | 'v' | 'x0' | 'flow-velocity';

/**
 * The clean picture that a prediction stands for, the one thing that samplers work with. Each of the above is
 * solved for it with latent = alpha · clean + sigma · noise, whatever the two are.
 * @param denoised Gets the estimate; may be `prediction`.
 */
export function denoisedOf(
  kind: PredictionKind,
  denoised: Float32Array,
  latent: Float32Array,
  prediction: Float32Array,
  { alpha, sigma }: NoiseLevel,
): void {
  const [ofLatent, ofPrediction] = weights(kind, alpha, sigma);
  for (let i = 0; i < denoised.length; i++) {
    denoised[i] = ofLatent * latent[i]! + ofPrediction * prediction[i]!;
  }
}

/** clean = first · latent + second · prediction. */
function weights(kind: PredictionKind, alpha: number, sigma: number): [number, number] {
  switch (kind) {
    case 'epsilon':
      assert(alpha > 0, 'Of pure noise the noise says nothing: epsilon needs alpha above 0.');
      return [1 / alpha, -sigma / alpha];
    case 'v': {
      const power = alpha * alpha + sigma * sigma;
      return [alpha / power, -sigma / power];
    }
    case 'x0':
      return [0, 1];
    case 'flow-velocity':
      return [1 / (alpha + sigma), -sigma / (alpha + sigma)];
  }
}
