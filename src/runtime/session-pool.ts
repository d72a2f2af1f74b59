import type { InferenceSession } from 'onnxruntime-web';

/**
 * Sessions by key, made on first use, one at a time (onnxruntime's WebGPU build cannot make two at
 * once), least recently used given back beyond a number. A failed creation is forgotten.
 */
export class SessionPool {
  readonly #capacity: number;
  readonly #sessions = new Map<string, InferenceSession>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The session of a key, made by `create` where there is none. */
  get(key: string, create: () => Promise<InferenceSession>): Promise<InferenceSession> {
    const turn = this.#turn.then(async () => {
      const held = this.#sessions.get(key);
      this.#sessions.delete(key);
      if (!held) await this.#makeRoom();
      const session = held ?? (await create());
      this.#sessions.set(key, session);
      return session;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Gives every session back, after those being made. */
  clear(): Promise<void> {
    const turn = this.#turn.then(async () => {
      const sessions = [...this.#sessions.values()];
      this.#sessions.clear();
      for (const session of sessions) await session.release();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Whether a key's session is here. */
  has(key: string): boolean {
    return this.#sessions.has(key);
  }

  async #makeRoom(): Promise<void> {
    while (this.#sessions.size >= this.#capacity) {
      const [oldest] = this.#sessions;
      if (!oldest) return;
      this.#sessions.delete(oldest[0]);
      await oldest[1].release();
    }
  }
}
