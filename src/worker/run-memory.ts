import type { Attempt, Progress } from './protocol.ts';
import { WorkerDied, type ProgressListener } from './worker-life.ts';

/** Lives that one run may cost: more than there are steps down that a death leaves. */
const MOST_LIVES = 8;

/** What the page knows of a run under way, so that the run can outlive its worker. */
export class RunMemory {
  /** What was tried and failed, in order. */
  readonly failed: Attempt[] = [];
  readonly #onProgress: ProgressListener | undefined;
  /** What is being tried; null between tries. */
  #begun: Attempt | null = null;

  constructor(onProgress: ProgressListener | undefined) {
    this.#onProgress = onProgress;
  }

  /** Hears the run, and passes on what it tells. */
  readonly hear = (progress: Progress): void | Promise<void> => {
    if (progress.stage === 'begin') this.#begun = progress.attempt;
    if (progress.stage === 'attempt') {
      this.#begun = null;
      if (progress.attempt.error) this.failed.push(progress.attempt);
    }
    return this.#onProgress?.(progress);
  };

  /**
   * Sends the run, and again for each worker that dies under it, with the dead one's try among the
   * failed. A worker that dies before it tried anything is replaced once: what killed it is no plan's fault.
   * @throws what `send` throws; {@link WorkerDied} where another life would not help.
   */
  async outlive<T>(send: () => Promise<T>): Promise<T> {
    for (let life = 1, wasIdle = false; ; life++) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        const isIdle = this.#begun === null;
        if (life === MOST_LIVES || (isIdle && wasIdle)) throw error;
        wasIdle = isIdle;
        await this.#bury(error);
      }
    }
  }

  async #bury({ code, message, detail }: WorkerDied): Promise<void> {
    if (!this.#begun) return;
    const attempt: Attempt = { ...this.#begun, error: { code, message, detail } };
    await this.hear({ stage: 'attempt', attempt });
  }
}
