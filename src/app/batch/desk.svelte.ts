import type { Engine } from '../../worker/client.ts';
import type { Machine, SaveFormat } from '../../worker/protocol.ts';
import { Journal } from '../diagnostics/journal.svelte.ts';
import { en } from '../i18n/en.ts';
import { download, savedName } from '../photo/download.ts';
import { Photo } from '../photo/photo.svelte.ts';
import { announcer } from '../ui/announcer.svelte.ts';

/** A file to open, with the name to show. */
export type Arrival = { file: Blob; name: string };

/** All opened photographs: which one is shown, and the one queue that works through them. */
export class Desk {
  readonly engine: Engine;
  readonly journal = new Journal();
  /** The format that saving writes. */
  format = $state<SaveFormat>('png');
  #photos = $state.raw<readonly Photo[]>([]);
  #selectedId = $state<string | null>(null);
  #isPaused = $state(false);
  #machine = $state.raw<Machine | null>(null);
  #saving = $state.raw<{ done: number; count: number } | null>(null);
  #isPumping = false;
  #glanced = new WeakSet<Photo>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get photos(): readonly Photo[] {
    return this.#photos;
  }
  get selected(): Photo | null {
    return this.#photos.find((photo) => photo.id === this.#selectedId) ?? null;
  }
  get isPaused(): boolean {
    return this.#isPaused;
  }
  get machine(): Machine | null {
    return this.#machine;
  }
  /** How far `saveAll` is, or null while it does not run. */
  get saving(): { done: number; count: number } | null {
    return this.#saving;
  }
  get doneCount(): number {
    return this.#photos.filter((photo) => photo.state === 'done').length;
  }
  get failedCount(): number {
    return this.#photos.filter((photo) => photo.state === 'failed').length;
  }
  /** True while photographs wait or are worked on. */
  get isBusy(): boolean {
    return this.#photos.some((photo) => photo.state === 'waiting' || photo.state === 'working');
  }

  /** Asks the engine what this machine is; a failure is kept for the diagnostics. */
  async learnMachine(): Promise<void> {
    try {
      this.#machine = await this.engine.machine();
    } catch (thrown) {
      this.journal.note(en.name, thrown);
    }
  }

  /** Puts files at the end of the queue and shows the first of them. */
  add(arrivals: readonly Arrival[]): void {
    const host = { engine: this.engine, journal: this.journal, onWaiting: () => this.#start() };
    const photos = arrivals.map(({ file, name }) => new Photo(host, file, name));
    const [first] = photos;
    if (!first) return;
    this.#photos = [...this.#photos, ...photos];
    this.select(first);
    this.#start();
  }

  select(photo: Photo): void {
    this.#selectedId = photo.id;
  }

  remove(photo: Photo): void {
    const at = this.#photos.indexOf(photo);
    if (at < 0) return;
    this.#photos = this.#photos.filter((other) => other !== photo);
    if (this.#selectedId === photo.id) {
      const next = this.#photos[at] ?? this.#photos[at - 1];
      this.#selectedId = null;
      if (next) this.select(next);
    }
    void photo.dispose();
  }

  /** Lets the photograph at work finish, and starts no other. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#start();
  }

  /** Saves one photograph by the browser's own download. */
  async save(photo: Photo): Promise<void> {
    const { format } = this;
    const saved = await photo.save(format);
    if (!saved) return;
    const name = savedName(photo.name, format);
    download(saved.blob, name);
    announcer.say(en.savedAs(name));
  }

  /** Saves every coloured photograph, one after another. */
  async saveAll(): Promise<void> {
    const photos = this.#photos.filter((photo) => photo.state === 'done');
    for (const [done, photo] of photos.entries()) {
      this.#saving = { done, count: photos.length };
      await this.save(photo);
    }
    this.#saving = null;
  }

  #start(): void {
    if (!this.#isPumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    let hasWorked = false;
    for (let task = this.#next(); task; task = this.#next()) {
      await task();
      hasWorked = true;
    }
    this.#isPumping = false;
    if (hasWorked && !this.isBusy && this.#photos.length > 1) {
      announcer.say(en.allDone(this.#photos.length));
    }
  }

  /** The photograph shown goes first, then a glance at every new one, then the rest in order. */
  #next(): (() => Promise<void>) | null {
    const waiting = this.#photos.filter((photo) => photo.state === 'waiting');
    const allowed = this.#isPaused ? waiting.filter((photo) => photo.isUrgent) : waiting;
    const { selected } = this;
    if (selected && allowed.includes(selected)) return () => this.#work(selected);
    const unseen = waiting.find((photo) => !photo.source.thumb && !this.#glanced.has(photo));
    if (unseen) return () => this.#glance(unseen);
    const [next] = allowed;
    return next ? () => this.#work(next) : null;
  }

  async #work(photo: Photo): Promise<void> {
    await photo.work({ isShown: photo === this.selected });
    // The first run may have fetched the model, or found that the GPU does not work.
    await this.learnMachine();
  }

  async #glance(photo: Photo): Promise<void> {
    this.#glanced.add(photo);
    await photo.glance();
  }
}
