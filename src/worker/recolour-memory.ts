import { AppError } from '../shared/errors.ts';
import { WorkerDied, type ProgressListener } from './worker-life.ts';
import type { Attempt, Progress } from './protocol.ts';
import type { Candidate, RecolourResume } from './recolour-protocol.ts';

/** Deaths one after another, with no step taken between them, after which another worker would not help. */
const MOST_IDLE_DEATHS = 2;

/** What the page knows of colourings under way, so that they outlive their worker. */
export class RecolourMemory {
  /** Every try that has ended, in order. */
  readonly attempts: Attempt[] = [];
  readonly #onProgress: ProgressListener | undefined;
  readonly #done: Candidate[] = [];
  readonly #underWay = new Map<number, RecolourResume['underWay'][number]>();
  /** What is being tried; null between tries. */
  #begun: Attempt | null = null;
  #hasMoved = false;
  #idleDeaths = 0;

  constructor(onProgress: ProgressListener | undefined) {
    this.#onProgress = onProgress;
  }

  /** Whether workers died of it at the same place: the GPU may be the reason. */
  get isSuspect(): boolean {
    return this.#idleDeaths > 0;
  }

  /** What the next worker goes on with; null where nothing has begun. */
  get resume(): RecolourResume | null {
    if (this.#done.length === 0 && this.#underWay.size === 0) return null;
    return { done: this.#done, underWay: [...this.#underWay.values()] };
  }

  /** Hears what is told, and passes it on. */
  readonly hear = (progress: Progress): void | Promise<void> => {
    if (progress.stage === 'begin') this.#begun = progress.attempt;
    if (progress.stage === 'attempt') {
      this.#begun = null;
      this.attempts.push(progress.attempt);
    }
    if (progress.stage === 'recolour') {
      const { event } = progress;
      if (event.kind === 'step') this.#underWay.set(event.state.seed, event.state);
      if (event.kind === 'candidate') {
        this.#underWay.delete(event.candidate.seed);
        this.#done.push(event.candidate);
      }
      this.#hasMoved ||= event.kind !== 'stage';
    }
    return this.#onProgress?.(progress);
  };

  /**
   * Sends the work, and what is left of it again for each worker that dies under it; once, too, where memory ran
   * out: wasm's only grows, and a new worker's is empty.
   * @param replaceWorker ends a worker whose memory is used up; the next call starts another.
   * @throws what `send` throws; {@link WorkerDied} where another life would not help.
   */
  async outlive<T>(send: () => Promise<T>, replaceWorker: () => void): Promise<T> {
    let isLastChance = false;
    for (;;) {
      this.#hasMoved = false;
      try {
        return await send();
      } catch (error) {
        if (error instanceof WorkerDied) {
          await this.#bury(error);
          this.#idleDeaths = this.#hasMoved ? 0 : this.#idleDeaths + 1;
          if (this.#idleDeaths > MOST_IDLE_DEATHS) throw error;
        } else {
          if (!(error instanceof AppError) || error.code !== 'memory/exhausted') throw error;
          replaceWorker();
          if (isLastChance) throw error;
          isLastChance = true;
        }
      }
    }
  }

  async #bury({ code, message, detail }: WorkerDied): Promise<void> {
    if (!this.#begun) return;
    const attempt: Attempt = { ...this.#begun, error: { code, message, detail } };
    await this.hear({ stage: 'attempt', attempt });
  }
}
