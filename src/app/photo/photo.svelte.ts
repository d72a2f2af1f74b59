import type { Component } from 'svelte';
import type { JournalEntry } from '../../journal/entry.ts';
import type { RunRecorder } from '../../journal/run-recorder.ts';
import type { Journal } from '../diagnostics/journal.svelte.ts';
import { toAppError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { OpenPhotograph } from '../../worker/open-photograph.ts';
import type {
  Progress,
  RunReport,
  SavedPicture,
  SaveFormat,
  ViewRequest,
} from '../../worker/protocol.ts';
import type { Viewport } from '../compare/viewport.svelte.ts';
import { en } from '../i18n/en.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import type { Follower } from './follower.ts';
import { History } from './history.svelte.ts';
import { Messages } from './messages.svelte.ts';
import { onceMore } from './once-more.ts';
import type { PhotoHost } from './photo-host.ts';
import { Saving } from './saving.svelte.ts';
import {
  changed,
  INITIAL_SETTINGS,
  isSameRun,
  isSameSettings,
  NOT_RECOLOURED,
  type Settings,
} from './settings.ts';
import { Source } from './source.svelte.ts';

/** Where a photograph stands in the work. */
export type PhotoState = 'waiting' | 'working' | 'done' | 'failed' | 'stopped';
/** Which colours can be drawn. */
export type Shown = 'nothing' | 'preview' | 'final';

/** One photograph on the desk: its settings, its state, and what the engine holds of it. */
export class Photo {
  readonly id = crypto.randomUUID();
  readonly source: Source;
  readonly history = new History<Settings>(INITIAL_SETTINGS);
  readonly messages: Messages;
  /** Draws the new colours; set by the viewer that shows this photograph. */
  redraw: (() => Promise<void>) | null = null;
  /** What the tool in use draws over the picture, and takes its pointers with; null without one. */
  overlay = $state.raw<Component<{ photo: Photo; viewport: Viewport }> | null>(null);
  /** Whether the tool in use works on the picture as it was: nothing else is shown then. */
  showsOriginal = $state(false);
  readonly followers: Follower[] = [];
  /** How its repair and the other colours that are shown were made, in words of their tools; null where there is none. */
  howRepaired = $state<string | null>(null);
  howRecoloured = $state<string | null>(null);

  readonly #host: PhotoHost;
  #state = $state<PhotoState>('waiting');
  #shown = $state<Shown>('nothing');
  #report = $state.raw<RunReport | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #coloursVersion = $state(0);
  #ranModel = $state<string | undefined>();
  #run: AbortController | null = null;
  readonly #saving = new Saving();
  /** True once the visitor asked for this one: it goes on while the queue pauses. */
  #isUrgent = false;
  /** Settings of the last run that was begun, and of the one whose colours are shown. */
  #ranWith: Settings | null = null;
  #finished: Settings | null = null;

  constructor(host: PhotoHost, file: Blob, name: string) {
    this.#host = host;
    this.source = new Source(host.engine, file, name);
    this.messages = new Messages(name);
  }

  get name(): string {
    return this.source.name;
  }
  /** Where its runs are written down. */
  get journal(): Journal {
    return this.#host.journal;
  }
  get state(): PhotoState {
    return this.#state;
  }
  get shown(): Shown {
    return this.#shown;
  }
  get info(): Source['info'] {
    return this.source.info;
  }
  get report(): RunReport | null {
    return this.#report;
  }
  get progress(): Progress | null {
    return this.#progress;
  }
  /** Id of the model that was asked for the colours shown; undefined before there are any. */
  get ranModel(): string | undefined {
    return this.#ranModel;
  }
  /** What a save is doing, or null while none runs. */
  get saving(): Progress | null {
    return this.#saving.progress;
  }
  /** Grows when there are new colours to draw. */
  get coloursVersion(): number {
    return this.#coloursVersion;
  }
  get settings(): Settings {
    return this.history.present;
  }
  get isUrgent(): boolean {
    return this.#isUrgent;
  }

  /** Changes settings; a change the network must see starts its run again. */
  change(part: Partial<Settings>, gesture: string | null = null): void {
    this.history.set(changed(this.settings, part), gesture);
    this.#followSettings();
  }

  /** Ends a slider's drag. */
  settle(): void {
    this.history.settle();
    void this.#drawThumb();
  }

  undo(): void {
    this.history.undo();
    this.#followSettings();
    void this.#drawThumb();
  }

  redo(): void {
    this.history.redo();
    this.#followSettings();
    void this.#drawThumb();
  }

  /** Asks for a run (again), also after a failure. */
  retry(part: Partial<Settings> = {}): void {
    const next = changed(this.settings, { ...part, recolour: NOT_RECOLOURED });
    if (!isSameSettings(next, this.settings)) this.history.set(next);
    this.messages.clearTrouble();
    this.#queueUp();
  }

  /** Ends what is going on: a run or a save. */
  cancel(): void {
    this.#run?.abort();
    this.#saving.cancel();
  }

  dismissTrouble(): void {
    this.messages.clearTrouble();
    if (this.#state === 'failed') this.#state = 'stopped';
  }

  /** Opens it if need be and draws a region; the caller closes the bitmap. */
  view(request: ViewRequest): Promise<ImageBitmap> {
    return this.source.view(request, this.settings.adjustment);
  }

  /** Whether it waits and has no filmstrip picture yet. */
  get isUnseen(): boolean {
    return this.#state === 'waiting' && !this.source.thumb;
  }

  /**
   * Makes the filmstrip picture, also before its turn comes. Never rejects.
   * @returns false where the engine had no memory for it, or died at it.
   */
  async glance(): Promise<boolean> {
    try {
      await onceMore(() => this.source.open(this.settings.adjustment));
    } catch (thrown) {
      this.#host.journal.note(this.name, thrown);
      // What is wrong with the file is told now; anything else is its own run's to meet.
      const { code } = toAppError(thrown);
      if (code.startsWith('input/') && this.#state === 'waiting') this.#fail(thrown);
      return code !== 'memory/exhausted' && code !== 'worker/crashed';
    }
    await this.#drawThumb();
    return true;
  }

  /** Opens and colours it. Never rejects: failures become {@link trouble}. */
  async work({ isShown }: { isShown: boolean }): Promise<void> {
    const controller = new AbortController();
    const settings = this.settings;
    this.#run = controller;
    this.#state = 'working';
    this.messages.clear();
    this.#ranWith = settings;
    this.#progress = { stage: 'read' };
    const { journal } = this.#host;
    const run = journal.begin(this.name, settings);
    const started = performance.now();
    const wallMs = () => performance.now() - started;
    try {
      const open = await this.#openAs(settings, controller.signal);
      this.#host.onOpened();
      const { kind, size } = settings;
      const preset = this.#host.preset();
      const model = this.#host.model();
      const wantsPreview = isShown && this.#shown === 'nothing';
      const report = await open.colorize(
        {
          kind,
          size,
          device: 'auto',
          wantsPreview,
          ...(preset && { preset }),
          ...(model && { model }),
        },
        {
          signal: controller.signal,
          onProgress: (progress) => {
            journal.hear(run, progress);
            return this.#hear(progress, controller.signal);
          },
        },
      );
      this.#writeDown(run, wallMs(), null, report);
      this.#ranModel = model;
      this.#finish(settings, report);
    } catch (thrown) {
      const error = toAppError(thrown);
      const entry = this.#writeDown(run, wallMs(), error, null);
      if (error.code === 'job/aborted') this.#stop();
      else {
        this.#fail(error);
        void this.messages.advise(journal.adviceOn(entry));
      }
    } finally {
      if (this.#run === controller) this.#run = null;
      this.#progress = null;
    }
    await this.#drawThumb();
  }

  /** The coloured picture at the original size. @returns null where it was cancelled or failed. */
  async save(format: SaveFormat): Promise<SavedPicture | null> {
    const { look, adjustment } = this.settings;
    try {
      return await this.#saving.run(() => this.source.open(adjustment), format, look);
    } catch (thrown) {
      this.complain(thrown);
      return null;
    }
  }

  /** Ends its work and frees what it holds; it can be used again. */
  async rest(): Promise<void> {
    this.cancel();
    for (const follower of this.followers) follower.rested();
    try {
      await this.source.close();
    } catch (thrown) {
      this.#host.journal.note(this.name, thrown);
    }
  }

  /** Tells of a failure beside the photograph, without touching its state. */
  complain(thrown: unknown): void {
    if (this.messages.showTrouble(thrown)) this.#host.journal.note(this.name, thrown);
  }

  /** Draws anew what a tool has given other colours. */
  coloursChanged(): void {
    this.#coloursVersion += 1;
    void this.#drawThumb();
  }

  #followSettings(): void {
    for (const follower of this.followers) follower.settingsChanged();
    if (this.#ranWith && !isSameRun(this.#ranWith, this.settings)) this.#queueUp();
    // Turned at once, also while the queue works on another photograph.
    if (!this.source.stands(this.settings.adjustment)) void this.#turn();
  }

  async #turn(): Promise<void> {
    try {
      await this.#openAs(this.settings);
    } catch (thrown) {
      // The run that follows meets the same failure and tells it.
      this.#host.journal.note(this.name, thrown);
    }
  }

  #queueUp(): void {
    this.#isUrgent = true;
    this.#state = 'waiting';
    this.#run?.abort();
    this.#host.onWaiting(this);
  }

  async #openAs({ adjustment }: Settings, signal?: AbortSignal): Promise<OpenPhotograph> {
    if (!this.source.stands(adjustment)) {
      this.#shown = 'nothing';
      this.#report = null;
      this.#finished = null;
    }
    const { version } = this.source;
    const open = await this.source.openAs(adjustment, signal);
    if (version !== this.source.version) void this.#drawThumb();
    return open;
  }

  #hear(progress: Progress, signal: AbortSignal): void | Promise<void> {
    // What was under way when the run was cancelled still arrives.
    if (signal.aborted) return;
    if (progress.stage === 'notice') {
      this.messages.showNotice(progress.sentence);
      return;
    }
    if (progress.stage === 'attempt' && progress.attempt.error)
      this.#dropPreview(progress.attempt.error.code);
    if (['begin', 'attempt', 'memory'].includes(progress.stage)) return;
    this.#progress = progress;
    if (progress.stage !== 'colours') return;
    this.#shown = progress.pass;
    this.#coloursVersion += 1;
    return this.redraw?.();
  }

  /** A worker that dies, or is replaced for its memory, takes a preview's colours with it. */
  #dropPreview(code: ErrorCode): void {
    const isWithWorker = code === 'worker/crashed' || code === 'memory/exhausted';
    if (!isWithWorker || this.#shown !== 'preview') return;
    this.#shown = this.#finished ? 'final' : 'nothing';
    this.#coloursVersion += 1;
  }

  #finish(settings: Settings, report: RunReport): void {
    this.#report = report;
    this.#finished = settings;
    this.#shown = 'final';
    this.#coloursVersion += 1;
    for (const follower of this.followers) follower.ran();
    if (this.#state !== 'working') return;
    this.#state = 'done';
    this.#isUrgent = false;
    announcer.say(en.done(this.name));
  }

  #writeDown(
    run: RunRecorder,
    wallMs: number,
    error: AppError | null,
    report: RunReport | null,
  ): JournalEntry {
    const photograph = this.info && { width: this.info.width, height: this.info.height };
    return this.#host.journal.end(run, { wallMs, photograph, error, report });
  }

  /** After a cancelled run: back to the colours and settings from before it, where there are any. */
  #stop(): void {
    const { kind, size } = this.#finished ?? this.settings;
    if (this.#shown === 'preview') this.#shown = this.#finished ? 'final' : 'nothing';
    this.#coloursVersion += 1;
    // A newer wish may already have put it back into the queue.
    if (this.#state !== 'working') return;
    this.#isUrgent = false;
    this.#state = this.#finished ? 'done' : 'stopped';
    this.#ranWith = this.#finished ?? this.#ranWith;
    if (this.#finished) this.history.set({ ...this.settings, kind, size });
  }

  #fail(thrown: unknown): void {
    if (!this.messages.showTrouble(thrown)) return;
    this.#state = 'failed';
    this.#isUrgent = false;
  }

  async #drawThumb(): Promise<void> {
    if (this.#state === 'failed') return;
    const of = this.#shown === 'nothing' ? 'original' : 'coloured';
    try {
      await onceMore(() => this.source.drawThumb(of, this.settings.look));
    } catch (thrown) {
      // A missing thumbnail is no trouble for the visitor; the diagnostics keep it.
      this.#host.journal.note(this.name, thrown);
    }
  }
}
