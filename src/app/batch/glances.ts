/** What can be looked at before its turn. */
type Glanceable = {
  /** Never rejects. @returns false where the engine had no memory for it, or died at it. */
  glance(): Promise<boolean>;
};

/**
 * Quick looks at photographs that wait, beside the queue: one at a time, each once, and none while nobody
 * looks at the page. After one that the engine was too short of memory for there are no more: the others are
 * opened when their turn comes.
 */
export class Glances<Photo extends Glanceable> {
  readonly #next: (isSeen: (photo: Photo) => boolean) => Photo | undefined;
  readonly #isHidden: () => boolean;
  readonly #seen = new WeakSet<Photo>();
  #isUnderWay = false;
  #isShort = false;

  /**
   * @param next the first that waits and was not seen.
   * @param isHidden whether the page is; asked before each.
   */
  constructor(
    next: (isSeen: (photo: Photo) => boolean) => Photo | undefined,
    isHidden: () => boolean,
  ) {
    this.#next = next;
    this.#isHidden = isHidden;
  }

  /** Looks at what there is; does nothing where it is at that already. */
  async go(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    while (!this.#isShort && !this.#isHidden()) {
      const photo = this.#next((other) => this.#seen.has(other));
      if (!photo) break;
      this.#seen.add(photo);
      this.#isShort = !(await photo.glance());
    }
    this.#isUnderWay = false;
  }
}
