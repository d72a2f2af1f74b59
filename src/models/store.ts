import { createStore, get, set, type UseStore } from 'idb-keyval';

/** Why weights cannot be kept, as people are told. */
export type StoreProblem = 'denied' | 'quota';

/**
 * Files by the SHA-256 of their content. Keeps them in IndexedDB; where the browser refuses (private
 * mode, a cross-site frame, no room) it keeps them in memory and {@link problem} says why.
 */
export class ContentStore {
  readonly #database: UseStore | null;
  readonly #memory = new Map<string, Blob>();
  #problem: StoreProblem | null;

  private constructor(database: UseStore | null, problem: StoreProblem | null) {
    this.#database = database;
    this.#problem = problem;
  }

  /** Opens the store; never rejects. */
  static async open(databaseName = 'autochrome-content'): Promise<ContentStore> {
    try {
      const database = createStore(databaseName, 'files');
      await get('probe', database);
      return new ContentStore(database, null);
    } catch {
      return new ContentStore(null, 'denied');
    }
  }

  /** Why some file is only in memory; null where everything is kept. */
  get problem(): StoreProblem | null {
    return this.#problem;
  }

  /** The file of this content, or null. */
  async get(sha256: string): Promise<Blob | null> {
    const held = this.#memory.get(sha256);
    if (held) return held;
    if (!this.#database) return null;
    try {
      return (await get<Blob>(sha256, this.#database)) ?? null;
    } catch {
      this.#problem ??= 'denied';
      return null;
    }
  }

  /** Keeps a file whose content the caller has verified; never rejects. */
  async put(sha256: string, file: Blob): Promise<void> {
    try {
      if (!this.#database) throw new DOMException('No database.', 'InvalidStateError');
      await set(sha256, file, this.#database);
    } catch (error) {
      this.#memory.set(sha256, file);
      const isQuota = error instanceof DOMException && error.name === 'QuotaExceededError';
      this.#problem ??= isQuota ? 'quota' : 'denied';
    }
  }
}
