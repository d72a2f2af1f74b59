import {
  clear,
  createStore,
  delMany,
  entries,
  get,
  keys,
  set,
  setMany,
  type UseStore,
} from 'idb-keyval';
import * as v from 'valibot';
import { entrySchema, type JournalEntry } from './entry.ts';
import { MOST_ENTRIES, newestFirst } from './newest-first.ts';
import { thinEntry } from './thin-entry.ts';

/** Keys of runs begin so; what follows sorts by time. */
const RUN = 'run:';
const KEEPS_NAMES = 'keeps-names';

type Kept = { key: string; entry: JournalEntry };

/**
 * The last runs in IndexedDB, shared by all tabs of this site. Where the browser refuses, they are
 * forgotten with the page, and {@link isKept} says so. What cannot be read as a run is ignored.
 */
export class JournalStore {
  #database: UseStore | null;
  #keepsNames: boolean;

  private constructor(database: UseStore | null, keepsNames: boolean) {
    this.#database = database;
    this.#keepsNames = keepsNames;
  }

  /** Opens the store; never rejects. */
  static async open(databaseName = 'autochrome-journal'): Promise<JournalStore> {
    try {
      const database = createStore(databaseName, 'runs');
      return new JournalStore(database, (await get<unknown>(KEEPS_NAMES, database)) === true);
    } catch {
      return new JournalStore(null, false);
    }
  }

  /** Whether runs outlive the page. */
  get isKept(): boolean {
    return this.#database !== null;
  }

  /** Whether the photographs' names are kept too. */
  get keepsNames(): boolean {
    return this.#keepsNames;
  }

  /** The runs kept, newest first. */
  async entries(): Promise<JournalEntry[]> {
    return newestFirst((await this.#readable()).map(({ entry }) => entry));
  }

  /** Keeps a run, and lets go of the oldest above the number kept. */
  async add(entry: JournalEntry): Promise<void> {
    await this.#try(async (database) => {
      await set(keyOf(entry), thinEntry(entry, { keepsName: this.#keepsNames }), database);
      const runs = (await keys(database)).filter(isRunKey).sort();
      await delMany(runs.slice(0, Math.max(0, runs.length - MOST_ENTRIES)), database);
    });
  }

  /** Keeps names from now on, those of `named` too; or forgets all that were kept. */
  async keepNames(keepsNames: boolean, named: readonly JournalEntry[]): Promise<void> {
    this.#keepsNames = keepsNames;
    const names = new Map(named.map(({ id, name }) => [id, name]));
    const kept = await this.#readable();
    await this.#try(async (database) => {
      const renamed = kept.map(({ key, entry }): [string, JournalEntry] => [
        key,
        { ...entry, name: keepsNames ? (names.get(entry.id) ?? entry.name) : null },
      ]);
      // In one transaction: a page that ends now has either forgotten the names or says that it keeps them.
      await setMany([[KEEPS_NAMES, keepsNames], ...renamed], database);
    });
  }

  /** Forgets every run; whether names are kept stays as it is. */
  async clear(): Promise<void> {
    await this.#try(async (database) => {
      await clear(database);
      await set(KEEPS_NAMES, this.#keepsNames, database);
    });
  }

  async #readable(): Promise<Kept[]> {
    const found = await this.#try((database) => entries<IDBValidKey, unknown>(database));
    return (found ?? []).flatMap(([key, value]) => {
      if (!isRunKey(key)) return [];
      const parsed = v.safeParse(entrySchema, value);
      return parsed.success ? [{ key, entry: parsed.output }] : [];
    });
  }

  /** Works on the database; where it fails, it is not asked again. */
  async #try<T>(work: (database: UseStore) => Promise<T>): Promise<T | null> {
    if (!this.#database) return null;
    try {
      return await work(this.#database);
    } catch {
      this.#database = null;
      return null;
    }
  }
}

function isRunKey(key: IDBValidKey): key is string {
  return typeof key === 'string' && key.startsWith(RUN);
}

function keyOf({ at, id }: JournalEntry): string {
  return `${RUN}${String(Math.round(at)).padStart(15, '0')}:${id}`;
}
