import { abortedError } from '../shared/errors.ts';

/** Work that is done one after another, in the order in which it was asked for. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** How much is under way or waits. */
  get length(): number {
    return this.#waiting;
  }

  /**
   * Does something after all that was asked for before. What fails holds up nothing that follows.
   * @throws {AppError} `job/aborted` at once where the signal fires while it waits: it never begins then.
   */
  do<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(abortedError());
    this.#waiting++;
    const before = this.#last;
    return new Promise((resolve, reject) => {
      const leave = () => reject(abortedError());
      signal.addEventListener('abort', leave, { once: true });
      this.#last = before.then(async () => {
        signal.removeEventListener('abort', leave);
        const [done] = signal.aborted ? [] : await Promise.allSettled([work()]);
        this.#waiting--;
        if (done?.status === 'fulfilled') resolve(done.value);
        else if (done) reject(done.reason);
      });
    });
  }
}
