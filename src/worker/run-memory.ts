import { AppError } from '../shared/errors.ts';
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
   * @param replaceWorker ends a worker whose memory is used up; the next call starts another.
   * @throws what `send` throws; {@link WorkerDied} where another life would not help.
   */
  async outlive<T>(send: () => Promise<T>, replaceWorker: () => void): Promise<T> {
    let wasIdle = false;
    for (let life = 1; ; life++) {
      const before = this.failed.length;
      try {
        return await send();
      } catch (error) {
        if (life === MOST_LIVES) throw error;
        if (error instanceof WorkerDied) {
          const isIdle = this.#begun === null;
          if (isIdle && wasIdle) throw error;
          wasIdle = isIdle;
          await this.#bury(error);
        } else if (this.failed.length > before && this.#isUsedUp(error)) {
          replaceWorker();
        } else {
          throw error;
        }
      }
    }
  }

  /** wasm's memory only grows: after it ran out, nothing smaller fits into the same worker either. */
  #isUsedUp(error: unknown): boolean {
    const isExhausted = error instanceof AppError && error.code === 'memory/exhausted';
    return isExhausted && this.failed.at(-1)?.plan.backend === 'wasm';
  }

  async #bury({ code, message, detail }: WorkerDied): Promise<void> {
    if (!this.#begun) return;
    const attempt: Attempt = { ...this.#begun, error: { code, message, detail } };
    await this.hear({ stage: 'attempt', attempt });
  }
}
