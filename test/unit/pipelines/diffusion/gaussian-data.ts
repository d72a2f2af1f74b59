import type { Denoise } from '../../../../src/pipelines/diffusion/denoiser.ts';
import {
  levelAt,
  type NoiseLevel,
  type NoiseLevels,
} from '../../../../src/pipelines/diffusion/noise-levels.ts';
import { sample, stateAt } from '../../../../src/pipelines/diffusion/sample.ts';
import type { SamplerName } from '../../../../src/pipelines/diffusion/samplers.ts';

/** Data whose every number is normal, so that all there is to know of its diffusion has a closed form. */
export const MEAN = 0.4;
export const DEVIATION = 0.5;

/** The deviation of the data with a level's noise. */
const deviationAt = ({ alpha, sigma }: NoiseLevel) => Math.hypot(alpha * DEVIATION, sigma);

/** E[clean | latent], the best answer of any network. */
export function expectedClean(latent: number, level: NoiseLevel): number {
  const share = (level.alpha * DEVIATION ** 2) / deviationAt(level) ** 2;
  return MEAN + share * (latent - level.alpha * MEAN);
}

/** Where the path without new noise leads: distances from the mean keep their size in deviations. */
export function exactAt(latent: number, from: NoiseLevel, to: NoiseLevel): number {
  const deviations = (latent - from.alpha * MEAN) / deviationAt(from);
  return to.alpha * MEAN + deviations * deviationAt(to);
}

const CLEAN: NoiseLevel = { index: 0, alpha: 1, sigma: 0 };

function answering(answer: (latent: number, level: NoiseLevel) => number): Denoise {
  return async (latent, level, denoised) => {
    for (let i = 0; i < latent.length; i++) denoised[i] = answer(latent[i]!, level);
  };
}

/** What a perfectly trained network says. */
export const denoise = answering(expectedClean);

/** What a perfectly distilled consistency model says: the end of the path. */
export const consistent = answering((latent, level) => exactAt(latent, level, CLEAN));

/** A window on noise for latents that are a row of numbers. */
export const row = (length: number, seed = 1) => ({
  seed,
  x: 0,
  y: 0,
  width: length,
  height: 1,
  channels: 1,
});

/** Latents from −3 to 3 deviations at the first level. */
export function fan(levels: NoiseLevels): Float32Array<ArrayBuffer> {
  const first = levelAt(levels, 0);
  const deviation = deviationAt(first);
  return Float32Array.from({ length: 13 }, (_, i) => first.alpha * MEAN + (i / 2 - 3) * deviation);
}

/** Largest distance from the exact end of the path, for latents of {@link fan}. */
export async function errorOf(sampler: SamplerName, levels: NoiseLevels): Promise<number> {
  const start = fan(levels);
  const state = stateAt(start.slice());
  await sample(state, { sampler, levels, denoise, noise: row(start.length) });
  const [first, last] = [levelAt(levels, 0), levelAt(levels, levels.sigmas.length - 1)];
  const errors = [...state.latent].map((end, i) => Math.abs(end - exactAt(start[i]!, first, last)));
  return Math.max(...errors);
}

/** Mean and variance. */
export function moments(values: Float32Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: squares / values.length - mean * mean };
}
