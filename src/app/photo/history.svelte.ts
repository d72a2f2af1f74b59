/** A value with undo and redo. Changes of one gesture (a slider's drag) undo as one. */
export class History<T> {
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);
  #present: T;
  #gesture = $state<string | null>(null);

  constructor(initial: T) {
    this.#present = $state.raw(initial);
  }

  get present(): T {
    return this.#present;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }
  /** True between the first change of a gesture and its {@link settle}. */
  get isInGesture(): boolean {
    return this.#gesture !== null;
  }

  /** Changes the value; further changes with the same `gesture` join this one. */
  set(next: T, gesture: string | null = null): void {
    const isContinued = gesture !== null && gesture === this.#gesture;
    if (!isContinued) this.#past = [...this.#past, this.#present];
    this.#future = [];
    this.#gesture = gesture;
    this.#present = next;
  }

  /** Ends a gesture: the next change is a step of its own. */
  settle(): void {
    this.#gesture = null;
  }

  undo(): void {
    const previous = this.#past.at(-1);
    if (previous === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.#present, ...this.#future];
    this.#gesture = null;
    this.#present = previous;
  }

  redo(): void {
    const [next, ...rest] = this.#future;
    if (next === undefined) return;
    this.#past = [...this.#past, this.#present];
    this.#future = rest;
    this.#gesture = null;
    this.#present = next;
  }
}
