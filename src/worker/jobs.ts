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

  /** Runs a job after those queued before it: one network, one encoder at a time. */
  runInTurn<T>(job: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.run(job, (signal) => {
      const result = this.#turn.then(() => work(signal));
      this.#turn = result.catch(() => undefined);
      return result;
    });
  }

  /** Asks a job to end at its next step; one that is not running is left alone. */
  cancel(job: string): void {
    this.#running.get(job)?.abort();
  }
}
