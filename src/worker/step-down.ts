import type { Ladder } from '../planner/ladder.ts';
import type { Plan } from '../planner/plan.ts';
import type { Profile } from '../planner/profile.ts';
import { AppError, assert, toAppError } from '../shared/errors.ts';
import type { Equipment } from './equipment.ts';
import { isOfGpu } from './gpu-failure.ts';
import type { Attempt, Progress } from './protocol.ts';
import { stepDownSentence } from './run-words.ts';
import { reportOf, type Trial } from './trial.ts';

/** What the tries of one run share, whatever it runs. */
export type Descent = {
  profile: Profile;
  /** Sentences for people. */
  steps: string[];
  /** Every try, in order. */
  attempts: Attempt[];
  /** Whether the last rung was tried twice. */
  hasTriedAgain: boolean;
  /** The model of a plan, as it is told. */
  cardOf(plan: Plan): { name: string };
  tell(progress: Extract<Progress, { stage: 'notice' | 'attempt' }>): Promise<void>;
  signal: AbortSignal;
  equipment: Equipment;
};

/** Notes and tells a try that gave what was wanted. */
export function endWell(run: Descent, trial: Trial): void {
  const attempt = trial.attempt(null);
  run.attempts.push(attempt);
  void run.tell({ stage: 'attempt', attempt });
  void run.equipment.memory.learn(attempt);
}

/**
 * Notes and tells a try that failed, frees what it had, and goes one rung down.
 * @throws {AppError} what was thrown, where the run was cancelled or nothing is left to try in this worker.
 */
export async function endBadly(
  run: Descent,
  ladder: Ladder,
  trial: Trial,
  thrown: unknown,
): Promise<void> {
  const error = toAppError(thrown);
  if (run.signal.aborted || error.code === 'job/aborted') throw error;
  const attempt = trial.attempt(error);
  // Told before anything else: clearing up may take the worker with it.
  void run.tell({ stage: 'attempt', attempt });
  void run.equipment.memory.learn(attempt);
  trial.end();
  if (attempt.plan.backend === 'webgpu' && isOfGpu(error)) run.equipment.renewGpu(trial.gpu);
  // wasm's memory never shrinks: the page goes on with this run in a new worker.
  if (attempt.plan.backend === 'wasm' && error.code === 'memory/exhausted') throw error;
  await stepDown(run, ladder, attempt, error);
}

/** Goes one rung below a try that failed, and says so. @throws {AppError} where there is none. */
export async function stepDown(
  run: Descent,
  ladder: Ladder,
  attempt: Attempt,
  thrown?: AppError,
): Promise<void> {
  run.attempts.push(attempt);
  const { plan: failed, error } = attempt;
  assert(error, 'Only a failure is stepped down from.');
  // Where the GPU is gone since, the ladder stands below all that was tried on it.
  const isBelow = failed.backend === 'webgpu' && run.profile.backend === 'wasm';
  const below = isBelow ? ladder.plan : ladder.fail(error, failed);
  if (!below && !isWorthAnother(run, attempt)) throw lastError(run, attempt, thrown);
  run.hasTriedAgain ||= !below;
  const next = below ? reportOf(below, run.cardOf(below)) : failed;
  const sentence = stepDownSentence(error.code, failed, next);
  run.steps.push(sentence);
  await run.tell({ stage: 'notice', sentence });
}

/** What a worker had no memory for at the last rung, a new one, that holds nothing else, may do. */
function isWorthAnother({ hasTriedAgain }: Descent, { plan, error }: Attempt): boolean {
  const isForMemory = error?.code === 'worker/crashed' || error?.code === 'memory/exhausted';
  return plan.backend === 'wasm' && isForMemory && !hasTriedAgain;
}

/** What ended the last try, with what became of each. */
function lastError(run: Descent, { error }: Attempt, thrown?: AppError): AppError {
  const tries = run.attempts.map(({ plan, error: failure, peakGpuBytes, budgetBytes }) => {
    const { backend, model, variant, size, tileRows } = plan;
    const { code, message } = failure!;
    return { backend, model, variant, size, tileRows, code, message, peakGpuBytes, budgetBytes };
  });
  return new AppError(error!.code, error!.message, {
    cause: thrown,
    detail: { ...error!.detail, attempts: tries },
  });
}
