import { abortedError } from '../shared/errors.ts';

/** Jobs under way, by the name their caller gave them; heavy ones take turns. */
export class Jobs {
  readonly #running = new Map<string, AbortController>();
  #turn: Promise<unknown> = Promise.resolve();

  /** Runs a job at once. */
  async run<T>(job: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#running.set(job, controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(job);
    }
  }

  /**
   * Runs a job after those queued before it: one network, one encoder at a time. A job that is
   * cancelled while it waits ends at once.
   */
  runInTurn<T>(job: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.run(job, (signal) => {
      const before = this.#turn;
      return new Promise<T>((resolve, reject) => {
        const leave = () => reject(abortedError());
        signal.addEventListener('abort', leave);
        const turn = before.then(async () => {
          signal.removeEventListener('abort', leave);
          if (!signal.aborted) resolve(await work(signal));
        });
        this.#turn = turn.catch(reject);
      });
    });
  }

  /** Does something after the jobs queued before it, and before those that come later. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Asks a job to end at its next step; one that is not running is left alone. */
  cancel(job: string): void {
    this.#running.get(job)?.abort();
  }
}
