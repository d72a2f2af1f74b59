import type { Engine } from '../../worker/client.ts';
import type { Machine, SaveFormat } from '../../worker/protocol.ts';
import { Journal } from '../diagnostics/journal.svelte.ts';
import { en } from '../i18n/en.ts';
import { Models } from '../models/models.svelte.ts';
import { download, savedName } from '../photo/download.ts';
import type { PhotoHost } from '../photo/photo-host.ts';
import { Photo } from '../photo/photo.svelte.ts';
import { Tuning, type PresetChoice } from '../settings/tuning.svelte.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import { notice } from '../ui/notice.svelte.ts';
import { Glances } from './glances.ts';
import { inPairs } from './in-pairs.ts';

/** Beyond so many pixels a photograph is saved alone: two would take more than a page can hold. */
const LARGE_PIXELS = 32e6;

/** A file to open, with the name to show. */
export type Arrival = { file: Blob; name: string };

/** All opened photographs: which one is shown, and the one queue that works through them. */
export class Desk {
  readonly engine: Engine;
  readonly journal = new Journal();
  readonly tuning: Tuning;
  readonly models: Models;
  /** The format that saving writes. */
  format = $state<SaveFormat>('png');
  #photos = $state.raw<readonly Photo[]>([]);
  #selectedId = $state<string | null>(null);
  #showsAll = $state(false);
  #isPaused = $state(false);
  #machine = $state.raw<Machine | null>(null);
  #saving = $state.raw<{ done: number; count: number } | null>(null);
  readonly #host: PhotoHost;
  #isPumping = false;
  readonly #glances = new Glances<Photo>(
    (isSeen) => this.#photos.find((photo) => photo.isUnseen && !isSeen(photo)),
    () => document.hidden,
  );

  constructor(engine: Engine) {
    this.engine = engine;
    this.tuning = new Tuning(engine, this.journal, () => void this.learnMachine());
    this.models = new Models(engine, this.journal);
    this.#host = {
      engine,
      journal: this.journal,
      preset: () => this.tuning.preset,
      model: () => this.models.wish,
      onWaiting: () => this.#start(),
      onOpened: () => void this.#glances.go(),
    };
    document.addEventListener('visibilitychange', () => void this.#glances.go());
  }

  get photos(): readonly Photo[] {
    return this.#photos;
  }
  get selected(): Photo | null {
    return this.#photos.find((photo) => photo.id === this.#selectedId) ?? null;
  }
  /** Whether a small screen shows all photographs as a grid, and not the selected one. */
  get showsAll(): boolean {
    return this.#showsAll && this.#photos.length > 1;
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
      this.#machine = await this.engine.machine(this.models.wish);
      this.journal.machine = this.#machine;
    } catch (thrown) {
      this.journal.note(en.name, thrown);
    }
  }

  /** How much of the machine runs take from now on; the shown photograph is run again by it. */
  choosePreset(choice: PresetChoice): void {
    if (choice === this.tuning.choice) return;
    this.tuning.choose(choice);
    this.#runShownAgain();
  }

  /** The model of runs from now on; the shown photograph is run again with it, others keep their colours. */
  chooseModel(id: string): void {
    if (id === this.models.chosen?.id) return;
    this.models.choose(id);
    this.#runShownAgain();
    void this.learnMachine();
  }

  /** Puts files at the end of the queue and selects the first of them. */
  add(arrivals: readonly Arrival[]): void {
    const photos = arrivals.map(({ file, name }) => new Photo(this.#host, file, name));
    const [first] = photos;
    if (!first) return;
    this.#photos = [...this.#photos, ...photos];
    this.select(first);
    this.#showsAll = photos.length > 1;
    this.#start();
  }

  select(photo: Photo): void {
    this.#selectedId = photo.id;
  }

  /** Shows one photograph, also on a small screen. */
  show(photo: Photo): void {
    this.select(photo);
    this.#showsAll = false;
  }

  showAll(): void {
    this.#showsAll = true;
  }

  /** Takes a photograph off the desk and ends its work; the notice can put it back. */
  remove(photo: Photo): void {
    const at = this.#photos.indexOf(photo);
    if (at < 0) return;
    const isUnfinished = photo.state === 'waiting' || photo.state === 'working';
    this.#photos = this.#photos.filter((other) => other !== photo);
    if (this.#selectedId === photo.id) {
      const next = this.#photos[at] ?? this.#photos[at - 1];
      this.#selectedId = null;
      if (next) this.select(next);
    }
    void photo.rest();
    notice.show(en.removed(photo.name), {
      label: en.undo,
      act: () => this.#putBack(photo, at, isUnfinished),
    });
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

  /** Saves every coloured photograph, in order: while one is encoded the next one is read. */
  async saveAll(): Promise<void> {
    const photos = this.#photos.filter((photo) => photo.state === 'done');
    const count = photos.length;
    let done = 0;
    this.#saving = { done, count };
    await inPairs(photos, isLarge, async (photo) => {
      await this.save(photo);
      done += 1;
      // The last one's end ends the saving itself.
      this.#saving = { done: Math.min(done, count - 1), count };
    });
    this.#saving = null;
  }

  #runShownAgain(): void {
    const { selected } = this;
    if (selected?.state === 'done' || selected?.state === 'working') selected.retry();
  }

  #putBack(photo: Photo, at: number, isUnfinished: boolean): void {
    this.#photos = this.#photos.toSpliced(at, 0, photo);
    this.select(photo);
    if (isUnfinished) photo.retry();
    else void photo.glance();
  }

  #start(): void {
    if (!this.#isPumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    let worked = 0;
    for (let task = this.#next(); task; task = this.#next()) {
      await task();
      worked += 1;
    }
    this.#isPumping = false;
    void this.#glances.go();
    // After one alone its own sentence stands: what came of it.
    if (worked > 1 && !this.isBusy) {
      announcer.say(en.allDone(this.#photos.length, this.failedCount));
    }
  }

  /** The photograph shown goes first, then the others in order. */
  #next(): (() => Promise<void>) | null {
    const waiting = this.#photos.filter((photo) => photo.state === 'waiting');
    const allowed = this.#isPaused ? waiting.filter((photo) => photo.isUrgent) : waiting;
    const { selected } = this;
    if (selected && allowed.includes(selected)) return () => this.#work(selected);
    const [next] = allowed;
    return next ? () => this.#work(next) : null;
  }

  async #work(photo: Photo): Promise<void> {
    await photo.work({ isShown: photo === this.selected });
    // The first run may have fetched the model, or found that the GPU does not work.
    await this.learnMachine();
    if (this.models.chosen?.isHere !== true) await this.models.load();
  }
}

function isLarge({ info }: Photo): boolean {
  return info !== null && info.width * info.height > LARGE_PIXELS;
}
