import { assert } from '../../shared/errors.ts';

/**
 * The levels of noise that a run goes down through. At each the latent is alpha · clean + sigma · noise; the
 * ratio sigma / alpha falls from level to level, and only the last may be without noise. N steps have N + 1 levels.
 */
export type NoiseLevels = { alphas: Float64Array; sigmas: Float64Array };

/** One of {@link NoiseLevels}. */
export type NoiseLevel = { index: number; alpha: number; sigma: number };

/**
 * How noise and picture are mixed while a network is trained.
 * - `variance-exploding`: picture + σ · noise (Karras et al. 2022, arXiv 2206.00364).
 * - `variance-preserving`: √ᾱ · picture + √(1 − ᾱ) · noise (Song et al. 2020, arXiv 2010.02502).
 * - `flow`: (1 − t) · picture + t · noise (Lipman et al. 2022, arXiv 2210.02747, its time reversed).
 */
export type Process = 'variance-exploding' | 'variance-preserving' | 'flow';

/**
 * A schedule's numbers as the levels of a process.
 * @param schedule What falls along the run: sigma / alpha for the first two processes, t in 0…1 for `flow`.
 */
export function noiseLevels(process: Process, schedule: Float64Array): NoiseLevels {
  switch (process) {
    case 'variance-exploding':
      return { alphas: schedule.map(() => 1), sigmas: schedule.slice() };
    case 'variance-preserving':
      return {
        alphas: schedule.map((ratio) => 1 / Math.sqrt(1 + ratio * ratio)),
        sigmas: schedule.map((ratio) => ratio / Math.sqrt(1 + ratio * ratio)),
      };
    case 'flow':
      assert(
        schedule.every((t) => t <= 1),
        'A flow’s time does not pass 1.',
      );
      return { alphas: schedule.map((t) => 1 - t), sigmas: schedule.slice() };
  }
}

/** The level at which step `index` begins. */
export function levelAt({ alphas, sigmas }: NoiseLevels, index: number): NoiseLevel {
  return { index, alpha: alphas[index]!, sigma: sigmas[index]! };
}

/** States what samplers rely on: numbers, at least one step, noise that falls and is gone at the end at most. */
export function assertFalling(levels: NoiseLevels): void {
  const { alphas, sigmas } = levels;
  assert(alphas.length === sigmas.length && sigmas.length >= 2, 'A run has at least one step.');
  for (let i = 1; i < sigmas.length; i++) {
    const [from, to] = [levelAt(levels, i - 1), levelAt(levels, i)];
    // As products, since alpha may be 0 where nothing but noise is left.
    const falls = to.sigma * from.alpha < from.sigma * to.alpha;
    assert(falls && to.sigma >= 0, `Noise does not fall in step ${i - 1}.`);
  }
}

/**
 * Makes a noisy latent of a clean one: the start of a run (`clean` zeros or a picture), or undamaged surroundings
 * at a level in between.
 * @param out May be `clean` or `noise`.
 */
export function mixNoise(
  out: Float32Array,
  clean: Float32Array,
  noise: Float32Array,
  { alpha, sigma }: NoiseLevel,
): void {
  for (let i = 0; i < out.length; i++) out[i] = alpha * clean[i]! + sigma * noise[i]!;
}
