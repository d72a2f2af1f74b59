/** Something that one at a time may have, first come first served. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Waits for a turn. @returns what ends it; a second call does nothing. */
  async take(): Promise<() => void> {
    const before = this.#last;
    let end = () => {};
    this.#last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }
}
