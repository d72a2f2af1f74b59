/** Something made for runs that is worth keeping between them. */
export type Pooled<T> = {
  readonly value: T;
  /** What it holds, in bytes. */
  readonly bytes: number;
  /** Gives everything back; called once, when nobody leases it any more. */
  dispose(): void | Promise<void>;
};

/** A share in something pooled. It stays at least until the last lease is released. */
export type Lease<T> = {
  readonly value: T;
  /** Another lease of the same, for what lives longer than this one. */
  share(): Lease<T>;
  /** Gives the share back; a second call does nothing. */
  release(): void;
};

type Entry = { pooled: Pooled<unknown>; leases: number };

/**
 * Weights, networks and sessions by key: made on first use, one at a time, shared by reference count.
 * What nobody leases is kept for the next run, and disposed, least recently used first, where it
 * would pass the cap or memory is wanted. Keys name content (hash, graph, variant, size), so what two
 * pipelines share exists once. A failed creation is forgotten.
 */
export class Pool {
  /** Most bytes kept, leased ones included; only unleased ones can be disposed to hold it. */
  capBytes: number;
  readonly #entries = new Map<string, Entry>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(capBytes: number) {
    this.capBytes = capBytes;
  }

  /** Bytes of all that is here. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { pooled }) => sum + pooled.bytes, 0);
  }

  /** Whether a key's content is here. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * Leases what a key names, made by `create` where it is not here.
   * @param bytes what it will hold: room is made before it is created.
   */
  lease<T>(key: string, bytes: number, create: () => Promise<Pooled<T>>): Promise<Lease<T>> {
    return this.#inTurn(async () => {
      const held = this.#entries.get(key);
      if (held) {
        // Most recently used last.
        this.#entries.delete(key);
        this.#entries.set(key, held);
        const lease = this.#leaseOf(held);
        // The cap may be lower than when the others were made.
        await this.#shrinkTo(this.capBytes);
        return lease as Lease<T>;
      }
      await this.#shrinkTo(this.capBytes - bytes);
      const entry: Entry = { pooled: await create(), leases: 0 };
      this.#entries.set(key, entry);
      return this.#leaseOf(entry) as Lease<T>;
    });
  }

  /** Disposes what nobody leases, least recently used first, until so many bytes remain. */
  shrink(bytes: number): Promise<void> {
    return this.#inTurn(() => this.#shrinkTo(bytes));
  }

  async #shrinkTo(bytes: number): Promise<void> {
    // What one entry shares with another is free only after it: go round until nothing changes.
    for (let hasChanged = true; hasChanged && this.bytes > bytes;) {
      hasChanged = false;
      for (const [key, { pooled, leases }] of this.#entries) {
        if (leases > 0 || this.bytes <= bytes) continue;
        this.#entries.delete(key);
        await pooled.dispose();
        hasChanged = true;
      }
    }
  }

  #leaseOf(entry: Entry): Lease<unknown> {
    entry.leases++;
    let isReleased = false;
    return {
      value: entry.pooled.value,
      share: () => this.#leaseOf(entry),
      release() {
        if (!isReleased) entry.leases--;
        isReleased = true;
      },
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
