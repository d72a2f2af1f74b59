import { describe, expect, test } from 'vitest';
import type { Denoise } from '../../../../src/pipelines/diffusion/denoiser.ts';
import { noiseLevels } from '../../../../src/pipelines/diffusion/noise-levels.ts';
import {
  sample,
  stateAt,
  type SamplingRun,
  type SamplingState,
} from '../../../../src/pipelines/diffusion/sample.ts';
import {
  evaluationsOf,
  latentsOf,
  SAMPLERS,
  type SamplerName,
} from '../../../../src/pipelines/diffusion/samplers.ts';
import { linearSchedule } from '../../../../src/pipelines/diffusion/sigma-schedules.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { denoise, expectedClean, fan, row } from './gaussian-data.ts';

const NAMES = Object.keys(SAMPLERS) as SamplerName[];
const STEPS = 6;
const levels = noiseLevels('flow', linearSchedule(STEPS));
const LENGTH = fan(levels).length;

const runOf = (sampler: SamplerName, more: Partial<SamplingRun> = {}): SamplingRun => ({
  sampler,
  levels,
  denoise,
  noise: row(LENGTH),
  ...more,
});

const copyOf = (state: SamplingState): SamplingState => structuredClone(state);

/** A network that runs out of memory at its nth evaluation, after it has written half of its answer. */
function failingAt(evaluation: number): Denoise {
  let calls = 0;
  return async (latent, level, denoised, signal) => {
    await denoise(latent, level, denoised, signal);
    if (calls++ !== evaluation) return;
    denoised.fill(99, 0, LENGTH / 2);
    throw new AppError('gpu/out-of-memory', 'The GPU is full.');
  };
}

describe.each(NAMES)('%s', (sampler) => {
  test('goes on after a failure at any evaluation as if there had been none', async () => {
    const whole = stateAt(fan(levels));
    const kept = [copyOf(whole)];
    await sample(whole, runOf(sampler, { onStep: (state) => void kept.push(copyOf(state)) }));
    for (let evaluation = 0; evaluation < evaluationsOf(sampler, STEPS); evaluation++) {
      const state = stateAt(fan(levels));
      const cut = sample(state, runOf(sampler, { denoise: failingAt(evaluation) }));
      await expect(cut).rejects.toMatchObject({ code: 'gpu/out-of-memory' });
      expect(state).toEqual(kept[state.step]);
      // As it would come back from a worker that was ended.
      const sent = copyOf(state);
      await sample(sent, runOf(sampler));
      expect(sent).toEqual(whole);
    }
  });

  test('stops during an evaluation, with nothing of the step done', async () => {
    const controller = new AbortController();
    let before: SamplingState | undefined;
    const state = stateAt(fan(levels));
    const stopped = sample(
      state,
      runOf(sampler, {
        signal: controller.signal,
        onStep: (state) => void (before = copyOf(state)),
        denoise: async (...call) => {
          await denoise(...call);
          if (state.step === 3) controller.abort();
        },
      }),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'job/aborted' });
    expect(state.step).toBe(3);
    expect(state).toEqual(before);
  });

  test('takes no memory after its first step', async () => {
    const seen: Set<ArrayBufferLike>[] = [];
    const buffers = new Set<ArrayBufferLike>();
    const state = stateAt(fan(levels));
    await sample(
      state,
      runOf(sampler, {
        denoise: async (latent, level, denoised, signal) => {
          buffers.add(latent.buffer).add(denoised.buffer);
          await denoise(latent, level, denoised, signal);
        },
        onStep: ({ latent, denoised }) => {
          seen.push(new Set(buffers.add(latent.buffer).add(denoised.buffer)));
        },
      }),
    );
    // Two take turns for estimates: the second is first seen in the second step.
    expect(seen.at(-1)).toEqual(seen[1]);
    expect(buffers.size).toBe(latentsOf(sampler) - (SAMPLERS[sampler].eta === 0 ? 0 : 1));
  });

  test('shows what is coming after each step', async () => {
    const shown: number[] = [];
    const state = stateAt(fan(levels));
    let latent = state.latent.slice();
    await sample(
      state,
      runOf(sampler, {
        onStep: async ({ step, denoised, ...after }) => {
          // Drawing takes its time; the run must not go on meanwhile.
          await new Promise((drawn) => setImmediate(drawn));
          shown.push(step);
          const level = {
            index: step - 1,
            alpha: levels.alphas[step - 1]!,
            sigma: levels.sigmas[step - 1]!,
          };
          const expected = latent.map((value) => expectedClean(value, level));
          expect(denoised).toEqual(expected);
          latent = after.latent.slice();
        },
      }),
    );
    expect(shown).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test('an answer that is no number leaves the latent as it was', async () => {
  const state = stateAt(fan(levels));
  const run = runOf('dpmpp-2m', {
    denoise: async (latent, level, denoised, signal) => {
      await denoise(latent, level, denoised, signal);
      if (level.index === 2) denoised[5] = NaN;
    },
  });
  await expect(sample(state, run)).rejects.toMatchObject({
    code: 'output/implausible',
    detail: { step: 2 },
  });
  expect(state.step).toBe(2);
  expect(state.latent.every(Number.isFinite)).toBe(true);
  const whole = stateAt(fan(levels));
  await sample(whole, runOf('dpmpp-2m'));
  await sample(state, runOf('dpmpp-2m'));
  expect(state).toEqual(whole);
});

test('a run may begin in the middle, as from a picture', async () => {
  const state = stateAt(fan(levels), 4);
  const steps: number[] = [];
  await sample(state, runOf('dpmpp-2m', { onStep: ({ step }) => void steps.push(step) }));
  expect(steps).toEqual([5, 6]);
});

test('a run that is done stays as it is', async () => {
  const state = stateAt(fan(levels), STEPS);
  const before = copyOf(state);
  await sample(state, runOf('heun'));
  expect(state).toEqual(before);
});

test.each<[string, Partial<SamplingRun>]>([
  ['rising noise', { levels: noiseLevels('flow', Float64Array.of(0.2, 0.4)) }],
  ['noise in a sampler that adds none', { sampler: 'heun', eta: 1 }],
  ['a window of noise of another size', { sampler: 'lcm', noise: row(LENGTH + 1) }],
])('%s is refused', async (_, wrong) => {
  const run = sample(stateAt(fan(levels)), { ...runOf('euler'), ...wrong });
  await expect(run).rejects.toMatchObject({ code: 'bug/invariant' });
});
