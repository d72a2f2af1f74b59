import { describe, expect, test } from 'vitest';
import { gaussianNoise } from '../../../../src/pipelines/diffusion/gaussian-noise.ts';
import {
  levelAt,
  noiseLevels,
  type NoiseLevels,
} from '../../../../src/pipelines/diffusion/noise-levels.ts';
import { sample, stateAt } from '../../../../src/pipelines/diffusion/sample.ts';
import {
  evaluationsOf,
  SAMPLERS,
  type SamplerName,
} from '../../../../src/pipelines/diffusion/samplers.ts';
import {
  exponentialSchedule,
  karrasSchedule,
  linearSchedule,
} from '../../../../src/pipelines/diffusion/sigma-schedules.ts';
import { splitNoise } from '../../../../src/pipelines/diffusion/step-rules.ts';
import { consistent, denoise, DEVIATION, fan, MEAN, moments, row } from './gaussian-data.ts';

const NAMES = Object.keys(SAMPLERS) as SamplerName[];
const COUNT = 2 ** 15;

/** Samples of a run from nothing but noise, at its last level. */
async function samplesOf(
  sampler: SamplerName,
  levels: NoiseLevels,
  options: { eta?: number; network?: typeof denoise } = {},
): Promise<Float32Array> {
  const { network = denoise, ...rest } = options;
  const state = stateAt(new Float32Array(COUNT));
  gaussianNoise(state.latent, row(COUNT), 0);
  const { alpha, sigma } = levelAt(levels, 0);
  const deviation = Math.hypot(alpha * DEVIATION, sigma);
  state.latent.forEach((z, i) => (state.latent[i] = alpha * MEAN + deviation * z));
  await sample(state, { sampler, levels, denoise: network, noise: row(COUNT), ...rest });
  return state.latent;
}

/** The variance that ancestral sampling of these data must end with: the formulas of k-diffusion, in σ, by hand. */
function ancestralVariance(sigmas: Float64Array): number {
  let variance = DEVIATION ** 2 + sigmas[0]! ** 2;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [from, to] = [sigmas[i]!, sigmas[i + 1]!];
    const up = Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2);
    const down = Math.sqrt(to ** 2 - up ** 2);
    // x + (x − D) / σ (down − σ), where D is affine in x.
    const slope = 1 - DEVIATION ** 2 / (DEVIATION ** 2 + from ** 2);
    variance *= (1 + (slope * (down - from)) / from) ** 2;
    variance += up ** 2;
  }
  return variance;
}

/** Four standard errors of a variance over all samples. */
const within = (variance: number) => 4 * variance * Math.sqrt(2 / COUNT);

describe('samplers that add noise', () => {
  test.each([6, 20])('Euler ancestral’s variance after %i steps', async (steps) => {
    const sigmas = karrasSchedule({ steps, min: 0.05, max: 20 });
    const expected = ancestralVariance(sigmas);
    const levels = noiseLevels('variance-exploding', sigmas);
    const { mean, variance } = moments(await samplesOf('euler-ancestral', levels));
    expect(Math.abs(variance - expected)).toBeLessThan(within(expected));
    expect(Math.abs(mean - MEAN)).toBeLessThan((4 * DEVIATION) / Math.sqrt(COUNT));
  });

  test('four times the steps bring its variance three times nearer to the data’s', async () => {
    const missing = [];
    for (const steps of [15, 60]) {
      const schedule = karrasSchedule({ steps, min: 0.01, max: 20 });
      const levels = noiseLevels('variance-exploding', schedule);
      const { variance } = moments(await samplesOf('euler-ancestral', levels));
      missing.push(Math.abs(variance / DEVIATION ** 2 - 1));
    }
    expect(missing[1]).toBeLessThan(missing[0]! / 3);
  });

  test('DDIM with eta 1 is the same process', async () => {
    const sigmas = karrasSchedule({ steps: 12, min: 0.05, max: 20 });
    const expected = ancestralVariance(sigmas);
    const levels = noiseLevels('variance-preserving', sigmas);
    const { variance } = moments(await samplesOf('ddim', levels, { eta: 1 }));
    expect(Math.abs(variance - expected)).toBeLessThan(within(expected));
  });

  test('DDIM’s new noise is that of its paper’s equation 16', () => {
    const [kept, keptBefore] = [0.3, 0.7];
    const from = { alpha: Math.sqrt(kept), sigma: Math.sqrt(1 - kept) };
    const to = { alpha: Math.sqrt(keptBefore), sigma: Math.sqrt(1 - keptBefore) };
    const paper = 0.4 * Math.sqrt((1 - keptBefore) / (1 - kept)) * Math.sqrt(1 - kept / keptBefore);
    const split = splitNoise(from, to, 0.4);
    expect(split.added).toBeCloseTo(paper, 12);
    expect(split.added ** 2 + split.kept ** 2).toBeCloseTo(to.sigma ** 2, 12);
  });

  test.each([
    ['flow', linearSchedule(4)],
    ['variance-preserving', exponentialSchedule({ steps: 4, min: 0.1, max: 14 })],
  ] as const)('LCM with a perfect consistency model: the data, %s', async (process, schedule) => {
    const levels = noiseLevels(process, schedule);
    const samples = await samplesOf('lcm', levels, { network: consistent });
    const { mean, variance } = moments(samples);
    expect(Math.abs(variance - DEVIATION ** 2)).toBeLessThan(within(DEVIATION ** 2));
    expect(Math.abs(mean - MEAN)).toBeLessThan((4 * DEVIATION) / Math.sqrt(COUNT));
  });

  test('LCM’s step: the clean picture under wholly new noise, the last without', async () => {
    const levels = noiseLevels('flow', linearSchedule(2));
    const start = fan(levels);
    const state = stateAt(start.slice());
    const answer = Float32Array.from(start, (_, i) => i / 8);
    const noise = new Float32Array(start.length);
    const seen: number[][] = [];
    await sample(state, {
      sampler: 'lcm',
      levels,
      denoise: async (_latent, _level, denoised) => denoised.set(answer),
      noise: row(start.length),
      onStep: ({ latent }) => void seen.push([...latent]),
    });
    gaussianNoise(noise, row(start.length), 1);
    answer.forEach((clean, i) => expect(seen[0]![i]).toBeCloseTo((clean + noise[i]!) / 2, 6));
    expect(seen[1]).toEqual([...answer]);
  });

  test('another seed, another picture; the same seed, the same', async () => {
    const levels = noiseLevels('flow', linearSchedule(3));
    const of = async (seed: number) => {
      const state = stateAt(fan(levels));
      const noise = row(state.latent.length, seed);
      await sample(state, { sampler: 'euler-ancestral', levels, denoise, noise });
      return [...state.latent];
    };
    expect(await of(1)).toEqual(await of(1));
    expect(await of(2)).not.toEqual(await of(1));
  });
});

describe('one rule, whatever the process', () => {
  const ratios = karrasSchedule({ steps: 9, min: 0.05, max: 12 });
  const exploding = noiseLevels('variance-exploding', ratios);
  // t = s / (1 + s) has the same sigma / alpha.
  const times = ratios.map((ratio) => ratio / (1 + ratio));

  test.each(NAMES.filter((name) => name !== 'heun'))('%s', async (sampler) => {
    const run = async (levels: NoiseLevels) => {
      const start = fan(exploding).map((value) => value * levels.alphas[0]!);
      const state = stateAt(start);
      await sample(state, { sampler, levels, denoise, noise: row(start.length) });
      return state.latent;
    };
    const expected = await run(exploding);
    for (const levels of [noiseLevels('variance-preserving', ratios), noiseLevels('flow', times)]) {
      const latent = await run(levels);
      latent.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    }
  });
});

test.each(NAMES)('%s evaluates the network as often as plans are told', async (sampler) => {
  const levels = noiseLevels('flow', linearSchedule(7));
  const state = stateAt(fan(levels));
  let evaluations = 0;
  await sample(state, {
    sampler,
    levels,
    noise: row(state.latent.length),
    denoise: async (...call) => {
      evaluations++;
      await denoise(...call);
    },
  });
  expect(evaluations).toBe(evaluationsOf(sampler, 7));
  expect(state.step).toBe(7);
});
