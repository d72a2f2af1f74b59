import type { RecolourCard } from '../../models/recolour-card.ts';
import { makeDenoiser } from '../diffusion/denoiser.ts';
import { gaussianNoise } from '../diffusion/gaussian-noise.ts';
import { noiseLevels } from '../diffusion/noise-levels.ts';
import { sample, stateAt } from '../diffusion/sample.ts';
import { flowShift, linearSchedule } from '../diffusion/sigma-schedules.ts';
import type { RecolourChoice } from './choices.ts';
import type { CandidateState } from './events.ts';
import type { OpenHead } from './head.ts';
import { respecting, type KnownColours } from './known-colours.ts';

type Latent = Float32Array<ArrayBuffer>;

/** A candidate's estimate after a step. */
export type Estimate = {
  /** Stands before the next step; a copy, which may be kept. */
  state: CandidateState;
  /** The colours that are expected, `[2, height, width]` in the head's unit; overwritten after. */
  denoised: Float32Array;
  /** The same before hints and lock took part. */
  own: Float32Array;
};

/** A candidate before its first step: noise that follows from its seed, the same on every machine. */
export function newCandidate(
  seed: number,
  steps: number,
  { width, height }: { width: number; height: number },
  temperature: number,
): CandidateState {
  const latent = new Float32Array(2 * width * height);
  gaussianNoise(latent, { seed, x: 0, y: 0, width, height, channels: 2 }, 0);
  for (let i = 0; i < latent.length; i++) latent[i]! *= temperature;
  return { seed, step: 0, steps, width, height, latent };
}

/**
 * Takes the steps that are left of candidates that stand at the same one, all of them in each call of the network.
 * @param states at most as many as the head takes at once.
 * @param onStep told after each step of all; waited for.
 * @throws {AppError} `job/aborted`, `output/implausible`; whatever the head throws. The last states that were told stand.
 */
export async function drawBatch(
  head: OpenHead,
  states: readonly CandidateState[],
  ways: {
    choice: Pick<RecolourChoice, 'guidance'>;
    vividness: number;
    sampling: RecolourCard['sampling'];
    known: KnownColours;
    signal: AbortSignal;
  },
  onStep: (estimates: readonly Estimate[]) => Promise<void>,
): Promise<void> {
  const { choice, vividness, sampling, known, signal } = ways;
  const { step, steps } = states[0]!;
  const each = 2 * head.width * head.height;
  const latent: Latent = new Float32Array(states.length * each);
  states.forEach((state, i) => latent.set(state.latent, i * each));
  const denoise = makeDenoiser({
    predict: (call) => head.predict(call),
    kind: 'flow-velocity',
    guidance: {
      scale: vividness,
      mode: choice.guidance === 'two-passes' ? 'two-passes' : 'batched',
    },
    length: latent.length,
  });
  const own = new Float32Array(latent.length);
  const levels = noiseLevels('flow', flowShift(linearSchedule(steps), sampling.shift));
  const part = (values: Float32Array, i: number) => values.subarray(i * each, (i + 1) * each);
  await sample(stateAt(latent, step), {
    sampler: 'flow-euler',
    levels,
    denoise: respecting(denoise, known, (estimate) => own.set(estimate)),
    // Nothing is added on the way.
    noise: { seed: 0, x: 0, y: 0, width: head.width, height: head.height, channels: 2 },
    signal,
    onStep: (reached) =>
      onStep(
        states.map((state, i) => ({
          state: {
            ...state,
            step: reached.step,
            latent: part(reached.latent, i).slice() as Latent,
          },
          denoised: part(reached.denoised, i),
          own: part(own, i),
        })),
      ),
  });
}
