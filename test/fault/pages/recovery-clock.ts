/** When a fault struck, and when the step that it struck was done. */
export class RecoveryClock {
  at: string | null = null;
  recoveryMs = 0;
  #struckAt = 0;
  #turn: string | null = null;
  #isRunning = false;

  readonly strike = (at: string): void => {
    this.at = this.#turn === null ? at : `${at}, ${this.#turn}`;
    this.#struckAt = performance.now();
    this.#isRunning = true;
  };

  /** What is worked on from now, in words. */
  turnTo(turn: string): void {
    this.#turn = turn;
  }

  /** A step went well. */
  readonly onStepDone = (): void => {
    if (this.#isRunning) this.recoveryMs = Math.round(performance.now() - this.#struckAt);
    this.#isRunning = false;
  };
}
