/** Runs one task at a time; of those that arrive meanwhile only the newest is run afterwards. */
export class LatestWins {
  #next: (() => Promise<void>) | null = null;
  #loop: Promise<void> | null = null;

  /** Resolves once nothing is running or waiting; tasks must not reject. */
  ask(task: () => Promise<void>): Promise<void> {
    this.#next = task;
    return (this.#loop ??= this.#run());
  }

  /** Resolves once nothing is running or waiting. */
  get idle(): Promise<void> {
    return this.#loop ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    while (this.#next) {
      const task = this.#next;
      this.#next = null;
      await task();
    }
    this.#loop = null;
  }
}
