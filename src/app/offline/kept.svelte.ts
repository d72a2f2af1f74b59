import { toAppError } from '../../shared/errors.ts';
import type { Forgettable, KeptStorage } from '../../worker/storage-protocol.ts';
import type { Progress } from '../../worker/protocol.ts';
import type { Desk } from '../batch/desk.svelte.ts';
import { en } from '../i18n/en.ts';
import { ADD_ADVICE } from '../i18n/models.ts';
import { words } from '../i18n/offline.ts';
import { download } from '../photo/download.ts';
import { announcer } from '../ui/announcer.svelte.ts';

/** What the browser says of its room, in bytes. */
type Room = { usage: number; quota: number };

/** What is kept in this browser, and what can be done with it. Never rejects; what goes wrong is {@link note}d. */
export class Kept {
  readonly #desk: Desk;
  readonly #closing = new AbortController();
  #storage = $state.raw<KeptStorage | null>(null);
  #pageBytes = $state(0);
  #room = $state.raw<Room | null>(null);
  #isPersisted = $state<boolean | null>(null);
  #note = $state<string | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #isBusy = $state(false);

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get storage(): KeptStorage | null {
    return this.#storage;
  }
  /** Bytes of the page itself. */
  get pageBytes(): number {
    return this.#pageBytes;
  }
  /** Null where the browser does not say. */
  get room(): Room | null {
    return this.#room;
  }
  /** Whether the browser promised not to drop what is kept; null where it does not say. */
  get isPersisted(): boolean | null {
    return this.#isPersisted;
  }
  /** What came of the last thing that was asked for. */
  get note(): string | null {
    return this.#note;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  /** What is going on while models are brought. */
  get words(): string | null {
    return this.#progress && en.progress(this.#progress, false);
  }

  /** Looks at what is kept. */
  async load(): Promise<void> {
    try {
      this.#storage = await this.#desk.engine.kept();
    } catch (thrown) {
      this.#complain(thrown);
    }
    this.#pageBytes = await pageBytes();
    const { usage, quota } = await roomHere();
    this.#room = usage === undefined || quota === undefined ? null : { usage, quota };
    this.#isPersisted = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
  }

  /** Asks the browser to promise that it drops nothing by itself. */
  async persist(): Promise<void> {
    this.#isPersisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    this.#tell(this.#isPersisted ? words.persisted : words.notPersisted);
  }

  forget(what: Forgettable, name: string): Promise<void> {
    return this.#do(async () => {
      await this.#desk.engine.forget(what);
      return words.forgotten(name);
    });
  }

  /** Saves all models as one file. */
  save(): Promise<void> {
    return this.#do(async () => {
      const file = await this.#desk.engine.saveModels();
      const name = 'autochrome.models';
      download(file, name);
      return en.savedAs(name);
    });
  }

  /** Takes models from a file. */
  bring(file: File): Promise<void> {
    return this.#do(async () => {
      const { names } = await this.#desk.engine.bringModels(file, {
        signal: this.#closing.signal,
        onProgress: (progress) => void (this.#progress = progress),
      });
      return words.brought(names);
    });
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  async #do(work: () => Promise<string>): Promise<void> {
    this.#isBusy = true;
    try {
      this.#tell(await work());
    } catch (thrown) {
      this.#complain(thrown);
    } finally {
      this.#isBusy = false;
      this.#progress = null;
    }
    if (this.#closing.signal.aborted) return;
    await Promise.all([this.#desk.learnMachine(), this.#desk.models.load()]);
    await this.load();
  }

  #complain(thrown: unknown): void {
    const { code, message } = toAppError(thrown);
    if (code === 'job/aborted') return;
    this.#desk.journal.note(words.kept, thrown);
    this.#tell([message, ADD_ADVICE[code]].filter(Boolean).join(' '));
  }

  #tell(sentence: string): void {
    this.#note = sentence;
    announcer.say(sentence);
  }
}

/** Bytes of the page as the service worker keeps it. */
async function pageBytes(): Promise<number> {
  try {
    const names = (await caches.keys()).filter((name) => name.includes('precache'));
    const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).matchAll()));
    const blobs = await Promise.all(kept.flat().map((response) => response.blob()));
    return blobs.reduce((sum, { size }) => sum + size, 0);
  } catch {
    return 0;
  }
}

async function roomHere(): Promise<StorageEstimate> {
  try {
    return (await navigator.storage?.estimate?.()) ?? {};
  } catch {
    return {};
  }
}
