import { createStore, del, entries, get, keys, set, type UseStore } from 'idb-keyval';
import { sha256Of } from './integrity.ts';

/** Names of documents begin so, to stay apart from hashes. */
const DOCUMENT = 'document:';

/** Why weights cannot be kept, as people are told. */
export type StoreProblem = 'denied' | 'quota';

/**
 * Files by the SHA-256 of their content. Keeps them in IndexedDB; where the browser refuses (private
 * mode, a cross-site frame, no room) it keeps them in memory and {@link problem} says why.
 */
export class ContentStore {
  readonly #database: UseStore | null;
  readonly #memory = new Map<string, Blob>();
  readonly #verified = new Set<string>();
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

  /** Forgets a store and all that is in it, once nobody has it open. Never rejects. */
  static async destroy(databaseName: string): Promise<void> {
    try {
      await new Promise((resolve) => {
        const request = indexedDB.deleteDatabase(databaseName);
        for (const end of ['success', 'error', 'blocked']) request.addEventListener(end, resolve);
      });
    } catch {
      // Where the browser keeps nothing there is nothing to forget.
    }
  }

  /** Ends the connection; the store is not used after it. Never rejects. */
  async close(): Promise<void> {
    try {
      await this.#database?.('readonly', ({ transaction }) => transaction.db.close());
    } catch {
      // The browser has ended it.
    }
  }

  /** Why some file is only in memory; null where everything is kept. */
  get problem(): StoreProblem | null {
    return this.#problem;
  }

  /**
   * The file of this content, or null. Its content is verified once in this store's life: what a
   * disk has damaged is dropped, to be fetched again.
   */
  async get(sha256: string): Promise<Blob | null> {
    const held = this.#memory.get(sha256);
    if (held) return held;
    const kept = await this.#read<Blob>(sha256);
    if (!kept || this.#verified.has(sha256)) return kept;
    const isIntact = await sha256Of(kept).then(
      (found) => found === sha256,
      () => false,
    );
    if (!isIntact) {
      await this.#drop(sha256);
      return null;
    }
    this.#verified.add(sha256);
    return kept;
  }

  /** Whether a file is here, by its name and length alone: {@link get} verifies it, and may yet refuse. */
  async has(sha256: string, bytes: number): Promise<boolean> {
    const found = this.#memory.get(sha256) ?? (await this.#read<Blob>(sha256));
    return found?.size === bytes;
  }

  /** Keeps a file whose content the caller has verified; never rejects. */
  async put(sha256: string, file: Blob): Promise<void> {
    if (await this.#write(sha256, file)) {
      this.#verified.add(sha256);
      this.#memory.delete(sha256);
    } else {
      this.#memory.set(sha256, file);
    }
  }

  /** Bytes of every file that is here, by its name; documents are none. Never rejects. */
  async sizes(): Promise<Map<string, number>> {
    const kept = this.#database
      ? await entries<string, unknown>(this.#database).catch(() => [])
      : [];
    const files = [...kept, ...this.#memory];
    return new Map(
      files.flatMap(([key, file]) => (file instanceof Blob ? [[key, file.size] as const] : [])),
    );
  }

  /** Whether a file outlives this store, as those held only in memory do not. */
  keeps(sha256: string): boolean {
    return this.#verified.has(sha256) && !this.#memory.has(sha256);
  }

  /** Forgets files: their bytes are free again. Never rejects. */
  async remove(hashes: Iterable<string>): Promise<void> {
    for (const sha256 of hashes) await this.#drop(sha256);
    // What there was no room for is gone.
    if (this.#problem === 'quota' && this.#memory.size === 0) this.#problem = null;
  }

  /** Forgets all but some files; documents too. Never rejects. */
  async keepOnly(hashes: ReadonlySet<string>): Promise<void> {
    this.#problem = null;
    for (const sha256 of this.#memory.keys()) if (!hashes.has(sha256)) this.#memory.delete(sha256);
    const database = this.#database;
    if (!database) return;
    try {
      const kept = await keys<string>(database);
      for (const key of kept) if (!hashes.has(key)) await this.#drop(key);
    } catch {
      this.#problem ??= 'denied';
    }
  }

  /** A small document kept by {@link remember}, or null. */
  recall(name: string): Promise<unknown> {
    return this.#read(DOCUMENT + name);
  }

  /** Keeps a small document by its name; where it cannot be kept nothing changes. @returns whether it is. */
  remember(name: string, document: unknown): Promise<boolean> {
    return this.#write(DOCUMENT + name, document);
  }

  async #read<T>(key: string): Promise<T | null> {
    if (!this.#database) return null;
    try {
      return (await get<T>(key, this.#database)) ?? null;
    } catch {
      this.#problem ??= 'denied';
      return null;
    }
  }

  async #write(key: string, value: unknown): Promise<boolean> {
    if (!this.#database) return false;
    try {
      await set(key, value, this.#database);
      return true;
    } catch (error) {
      const isQuota = error instanceof DOMException && error.name === 'QuotaExceededError';
      this.#problem ??= isQuota ? 'quota' : 'denied';
      return false;
    }
  }

  async #drop(key: string): Promise<void> {
    this.#memory.delete(key);
    this.#verified.delete(key);
    if (this.#database) await del(key, this.#database).catch(() => undefined);
  }
}
