import { SamplingLadder } from '../../planner/sampling-ladder.ts';
import { classifyRuntimeError } from '../../runtime/classify-runtime-error.ts';
import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { whyNotOffered } from './belonging.ts';
import { recolourChoices, type ChoiceFacts } from './choices.ts';
import type { Candidate, CandidateState, RecolourResult, RecolourTimes } from './events.ts';
import type { RecolourJob } from './job.ts';
import { planOf, stepDownSentence } from './recolour-words.ts';
import { checkRequest } from './request.ts';
import { RecolourTry } from './recolour-try.ts';

/**
 * Draws a candidate for each seed: DDColor's encoder and answer once, then steps from noise to colours. Where
 * something fails it goes on with less from the last good latents; candidates that are done stay done.
 * @throws {AppError} `model/incompatible` where the models do not belong together; `job/aborted`; `net/*`, `model/*`;
 *   below the last rung what failed there.
 */
export async function recolour(job: RecolourJob): Promise<RecolourResult> {
  const { request, coloriser, recolourer, profile, listener, signal } = job;
  checkRequest(request);
  const problem = whyNotOffered(coloriser.card, recolourer.card);
  if (problem) throw new AppError('model/incompatible', problem);
  const ladder = new SamplingLadder(profile, recolourChoices(profile, await factsOf(job)));
  const ms: RecolourTimes = { load: 0, warmUp: 0, look: 0, sample: 0, preview: 0 };
  const steps: string[] = [];
  const reached = reachedBefore(job);
  for (;;) {
    const { choice } = ladder;
    const plan = planOf(choice, ladder);
    listener.onPlan?.(plan);
    const attempt = new RecolourTry(job, choice, reached, ms);
    try {
      await attempt.run();
      const candidates = request.seeds.map((seed) => reached.done.get(seed)!);
      return { candidates, plan, steps, ms };
    } catch (thrown) {
      throwIfAborted(signal);
      const error = classifyRuntimeError(thrown, choice.backend === 'webgpu');
      if (attempt.gpu) job.places.giveUp(attempt.gpu);
      const next = ladder.fail(error);
      if (!next) throw error;
      const sentence = stepDownSentence(error, choice, next);
      steps.push(sentence);
      listener.onStepDown?.(sentence, error);
    }
  }
}

/** What stands, whatever becomes of networks and devices. */
export type Reached = {
  done: Map<number, Candidate>;
  underWay: Map<number, CandidateState>;
};

function reachedBefore({ resume, request }: RecolourJob): Reached {
  const wanted = new Set(request.seeds);
  const entries = <T extends { seed: number }>(all: readonly T[] = []) =>
    new Map(all.filter(({ seed }) => wanted.has(seed)).map((each) => [each.seed, each]));
  return { done: entries(resume?.done), underWay: entries(resume?.underWay) };
}

/** Brings both tables of weights, from which everything is planned. */
async function factsOf(job: RecolourJob): Promise<ChoiceFacts> {
  const { coloriser, recolourer, photograph, request, signal } = job;
  const [encoderFiles, headFiles] = await Promise.all([
    coloriser.bringTable({ signal }),
    recolourer.bringTable({ signal }),
  ]);
  return {
    coloriser,
    recolourer,
    encoderTable: await coloriser.weightTable(encoderFiles),
    headTable: await recolourer.weightTable(headFiles),
    photograph: photograph.lightness,
    request,
  };
}
