import { version } from '../../../package.json';
import type { JournalEntry, MachineRecord, RunTask } from '../../journal/entry.ts';
import type { JournalStore } from '../../journal/journal-store.ts';
import { MOST_ENTRIES, newestFirst } from '../../journal/newest-first.ts';
import { RunRecorder, type RunEnd } from '../../journal/run-recorder.ts';
import { samplingBefore } from '../../journal/sampling-record.ts';
import type { Tried } from '../../journal/joined-memory.ts';
import { AppError } from '../../shared/errors.ts';
import type { Progress } from '../../worker/protocol.ts';

/** Something that went wrong beside the runs, in this visit. */
export type Note = {
  /** Milliseconds since 1970. */
  at: number;
  /** The photograph's name, or what else it was about. */
  about: string;
  text: string;
};

/** The run under way. */
export type RunNow = {
  name: string;
  /** Memory of its tries so far, the one under way last; empty on the processor. */
  tried: readonly Tried[];
};

/** What each run tried and used, newest first: of this visit, and those that the browser has kept. */
export class Journal {
  /** The machine as the engine last described it; kept with each run. */
  machine: MachineRecord | null = null;
  #entries = $state.raw<readonly JournalEntry[]>([]);
  #notes = $state.raw<readonly Note[]>([]);
  #now = $state.raw<RunNow | null>(null);
  /** The run that this is. */
  #underWay: RunRecorder | null = null;
  #runs = $state(0);
  #isKept = $state(true);
  #keepsNames = $state(false);
  #store: Promise<JournalStore | null> | null = null;

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }
  /** Failures of this visit that are not a run's, newest first. */
  get notes(): readonly Note[] {
    return this.#notes;
  }
  /** The run under way, or null. */
  get now(): RunNow | null {
    return this.#now;
  }
  /** Runs of the network that were finished in this visit. */
  get runs(): number {
    return this.#runs;
  }
  /** False where the browser refuses to keep the journal beyond this visit. */
  get isKept(): boolean {
    return this.#isKept;
  }
  /** Whether photographs' names are kept, copied and saved too. */
  get keepsNames(): boolean {
    return this.#keepsNames;
  }

  /**
   * Begins to follow a run; {@link hear} and {@link end} are given what it answers.
   * @param wanted colourings that are asked for, where it draws several.
   */
  begin(
    name: string,
    { kind, size }: JournalEntry['asked'],
    task: RunTask = 'colour',
    wanted: number | null = null,
  ): RunRecorder {
    const versions = { autochrome: version, browser: navigator.userAgent };
    const sampling = task === 'colour' ? null : samplingBefore(wanted);
    const run = new RunRecorder({ name, asked: { kind, size }, versions, task, sampling });
    if (!this.#now) this.#show(run);
    return run;
  }

  hear(run: RunRecorder, progress: Progress): void {
    if (run.isOver) return;
    run.hear(progress);
    // Runs wait for each other: what is told of memory is told of the one that goes on.
    if (['begin', 'memory', 'attempt'].includes(progress.stage)) this.#show(run);
  }

  /** Writes down how a run ended. @returns what was written. */
  end(run: RunRecorder, end: Omit<RunEnd, 'at' | 'machine'>): JournalEntry {
    const entry = run.end({ at: Date.now(), machine: this.machine, ...end });
    if (this.#underWay === run) this.#now = this.#underWay = null;
    this.#entries = newestFirst([entry, ...this.#entries]);
    if (entry.outcome === 'done') this.#runs += 1;
    void this.#withStore((store) => store.add(entry));
    return entry;
  }

  #show(run: RunRecorder): void {
    const tried = [...run.attempts, ...(run.memory ? [run.memory] : [])];
    this.#now = { name: run.name ?? '', tried };
    this.#underWay = run;
  }

  /** What is to be said of a run's last try; null where that is no more than the failure's usual words. */
  async adviceOn({ attempts, machine }: JournalEntry): Promise<string | null> {
    const { adviceFor, tellsMore } = await import('../../journal/advice.ts');
    const error = attempts.at(-1)?.error;
    return error && tellsMore(error.code) ? (adviceFor(attempts, machine).at(-1) ?? null) : null;
  }

  /** Notes a failure that is not a run's. */
  note(about: string, thrown: unknown): void {
    const text = wordsOf(thrown);
    this.#notes = [{ at: Date.now(), about, text }, ...this.#notes].slice(0, MOST_ENTRIES);
  }

  /** Adds the runs that the browser has kept, of earlier visits and of other tabs. */
  async load(): Promise<void> {
    await this.#withStore(async (store) => {
      const kept = await store.entries();
      this.#entries = newestFirst([...this.#entries, ...kept]);
    });
  }

  async keepNames(keepsNames: boolean): Promise<void> {
    this.#keepsNames = keepsNames;
    await this.#withStore((store) => store.keepNames(keepsNames, this.#entries));
  }

  /** Forgets every run and note, here and in the browser. */
  async clear(): Promise<void> {
    this.#entries = [];
    this.#notes = [];
    await this.#withStore((store) => store.clear());
  }

  /** Never rejects: what cannot be kept is known for as long as the page is. */
  async #withStore(work: (store: JournalStore) => Promise<void>): Promise<void> {
    const store = await (this.#store ??= openStore());
    if (!store) this.#store = null;
    else await work(store);
    this.#isKept = store?.isKept ?? false;
    this.#keepsNames = store?.keepsNames ?? this.#keepsNames;
  }
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

/** Fetched when first needed; null where it cannot be. */
async function openStore(): Promise<JournalStore | null> {
  try {
    return await (await import('../../journal/journal-store.ts')).JournalStore.open();
  } catch {
    return null;
  }
}
