import type { Plan } from '../planner/plan.ts';
import type { Profile } from '../planner/profile.ts';
import type { ModelCard } from '../models/card.ts';
import type { Gpu } from '../runtime/gpu.ts';
import type { AppError } from '../shared/errors.ts';
import { watchMemory } from './memory-watch.ts';
import type { Attempt, PlanReport, Progress, StageTimes } from './protocol.ts';

/** What a try tells of itself. */
type TrialProgress = Extract<Progress, { stage: 'begin' | 'memory' }>;

/** One try of a run while it goes on: what it takes is measured for its {@link Attempt}. */
export class Trial {
  readonly ms: StageTimes = { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 };
  readonly #profile: Profile;
  readonly #tell: (progress: TrialProgress) => unknown;
  #plan: PlanReport;
  #gpu: Gpu | null = null;
  #stopWatching = () => {};

  /** @param profile of the backend that is tried. */
  constructor(plan: PlanReport, profile: Profile, tell: (progress: TrialProgress) => unknown) {
    this.#plan = plan;
    this.#profile = profile;
    this.#tell = tell;
  }

  /** The device it runs on; null on wasm, and before it is open. */
  get gpu(): Gpu | null {
    return this.#gpu;
  }

  /** The pass that runs, or that ended it. */
  get plan(): PlanReport {
    return this.#plan;
  }

  /** Bytes that it may have live at once. */
  get budgetBytes(): number {
    return this.#profile.budgetBytes;
  }

  /** A pass of it comes next. */
  prepare(plan: PlanReport): void {
    this.#plan = plan;
  }

  /** The pass begins to take memory: from here on, what kills the worker may be its fault. */
  begin(): void {
    this.#tell({ stage: 'begin', attempt: this.attempt(null) });
  }

  /** Its passes run on this device, whose bytes are counted from now. */
  runsOn(gpu: Gpu): void {
    if (this.#gpu === gpu) return;
    this.#gpu = gpu;
    gpu.ledger.startRun();
    this.#stopWatching();
    this.#stopWatching = watchMemory(gpu.ledger, this.#profile.budgetBytes, this.#tell);
  }

  /** It ends; its memory is not told any more. */
  end(): void {
    this.#stopWatching();
  }

  /** What is known of it now. @param error what ended it; null where nothing went wrong. */
  attempt(error: AppError | null): Attempt {
    const ledger = this.#gpu?.ledger;
    return {
      plan: this.#plan,
      error: error && { code: error.code, message: error.message, detail: error.detail },
      budgetBytes: this.#profile.budgetBytes,
      largestBufferLimit: this.#profile.largestBufferBytes,
      ms: { ...this.ms },
      peakGpuBytes: ledger?.peakBytes ?? 0,
      largestGpuBufferBytes: ledger?.largestBufferBytes ?? 0,
      ledger: ledger?.report ?? null,
    };
  }
}

/** A plan as it is told. */
export function reportOf(
  plan: Omit<Plan, 'largestBufferBytes'>,
  card: Pick<ModelCard, 'name'>,
): PlanReport {
  const { backend, model, variant, size, network, tileRows, peakBytes, reason, considered } = plan;
  return {
    backend,
    model,
    modelName: card.name,
    variant,
    size,
    modelWidth: network.width,
    modelHeight: network.height,
    tileRows,
    peakBytes,
    reason,
    considered,
  };
}
