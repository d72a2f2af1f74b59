import type { ModelCard } from '../models/card.ts';
import type { RecolourPlan } from '../pipelines/recolour/events.ts';
import type { Profile } from '../planner/profile.ts';
import type { Gpu } from '../runtime/gpu.ts';
import { toAppError } from '../shared/errors.ts';
import type { PlanReport, Progress } from './protocol.ts';
import { profileAt } from './run-profile.ts';
import { Trial } from './trial.ts';

/** What goes on in a try, as the pipeline names it. */
type Stage = 'load' | 'warm-up' | 'look' | 'sample';

/** The tries of drawing several colourings, as runs of the coloriser tell theirs: for the journal, and the page's trust. */
export class RecolourTrials {
  readonly #profile: Profile;
  readonly #card: Pick<ModelCard, 'id' | 'name'>;
  readonly #tell: (progress: Progress) => Promise<void>;
  #trial: Trial | null = null;
  #stage: 'load' | 'infer' = 'load';
  #since = 0;

  constructor(
    profile: Profile,
    card: Pick<ModelCard, 'id' | 'name'>,
    tell: (progress: Progress) => Promise<void>,
  ) {
    this.#profile = profile;
    this.#card = card;
    this.#tell = tell;
  }

  /** A try is planned. */
  plan(plan: RecolourPlan): void {
    const { reason, backend, variant, size, modelWidth, modelHeight, peakBytes } = plan;
    const report: PlanReport = {
      ...{ backend, model: this.#card.id, modelName: this.#card.name, variant, size },
      ...{ modelWidth, modelHeight, tileRows: modelHeight, peakBytes, reason },
      // Its choices are not those of sizes and models alone; the reason says what was given up.
      considered: [],
    };
    this.#trial = new Trial(report, profileAt(this.#profile, { backend }), this.#tell);
    this.#stage = 'load';
    this.#since = performance.now();
  }

  /** It begins to take memory. @param gpu that it runs on; null on the processor. */
  begin(gpu: Gpu | null): void {
    if (gpu) this.#trial?.runsOn(gpu);
    this.#trial?.begin();
  }

  onStage(stage: Stage): void {
    this.#clock();
    this.#stage = stage === 'load' || stage === 'warm-up' ? 'load' : 'infer';
  }

  /** It has ended. @param thrown what ended it; null where it went well. */
  async end(thrown: unknown): Promise<void> {
    const trial = this.#trial;
    if (!trial) return;
    this.#trial = null;
    this.#clock(trial);
    const attempt = trial.attempt(thrown === null ? null : toAppError(thrown));
    trial.end();
    await this.#tell({ stage: 'attempt', attempt });
  }

  /** Ends without a word, as what was cancelled does. */
  drop(): void {
    this.#trial?.end();
    this.#trial = null;
  }

  #clock(trial = this.#trial): void {
    const now = performance.now();
    if (trial) trial.ms[this.#stage] += now - this.#since;
    this.#since = now;
  }
}
