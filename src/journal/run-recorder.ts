import type { AppError } from '../shared/errors.ts';
import { totalBytes } from '../shared/memory-timeline.ts';
import type { Attempt, LedgerReport, Progress } from '../worker/protocol.ts';
import type { AttemptRecord, JournalEntry, MachineRecord, MemoryRecord } from './entry.ts';
import { samplingAfter } from './sampling-record.ts';

/** What is known of a run before it begins. */
export type RunFacts = Pick<JournalEntry, 'name' | 'asked' | 'versions' | 'task' | 'sampling'>;

/** GPU memory of the try under way. */
export type MemoryNow = { ledger: LedgerReport; budgetBytes: number };

/** How a run ended; `error` is null where it was finished. */
export type RunEnd = {
  /** Milliseconds since 1970. */
  at: number;
  wallMs: number;
  error: AppError | null;
  photograph: JournalEntry['photograph'];
  machine: MachineRecord | null;
  /** The finished run's report; tells what was not heard while it went on. */
  report: { attempts: readonly Attempt[]; steps: readonly string[] } | null;
};

/**
 * Follows one run from the page's side by what it hears, so that a run whose worker dies is told as
 * far as it came: with its plan, and with the memory that it last had.
 */
export class RunRecorder {
  readonly #facts: RunFacts;
  readonly #attempts: AttemptRecord[] = [];
  readonly #steps: string[] = [];
  #sampling: JournalEntry['sampling'];
  #isOver = false;
  #begun: Attempt | null = null;
  #memory: MemoryNow | null = null;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#sampling = facts.sampling;
  }

  /** The photograph's name; null where it is not told. */
  get name(): string | null {
    return this.#facts.name;
  }

  /** Whether it has ended; what is told may come after it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tries that have ended. */
  get attempts(): readonly AttemptRecord[] {
    return this.#attempts;
  }

  /** GPU memory of the try under way, as last told; null on wasm, and between tries. */
  get memory(): MemoryNow | null {
    return this.#memory;
  }

  hear(progress: Progress): void {
    this.#sampling = samplingAfter(this.#sampling, progress);
    if (progress.stage === 'begin') this.#begun = progress.attempt;
    else if (progress.stage === 'memory') this.#memory = progress;
    else if (progress.stage === 'notice') this.#steps.push(progress.sentence);
    else if (progress.stage === 'attempt') this.#keep(progress.attempt);
  }

  /** The run as the journal keeps it. Nothing is heard any more. */
  end({ error, report, ...facts }: RunEnd): JournalEntry {
    this.#isOver = true;
    const unheard = report?.attempts.slice(this.#attempts.length) ?? [];
    for (const attempt of unheard) this.#keep(attempt);
    const isCancelled = error?.code === 'job/aborted';
    // What was cancelled between tries has nothing more to tell.
    const isToldYet = isCancelled ? this.#begun === null : error && this.#tells(error);
    if (error && !isToldYet) this.#keep(this.#brokenOff(error));
    return {
      id: crypto.randomUUID(),
      ...this.#facts,
      ...facts,
      sampling: this.#sampling,
      outcome: error ? (isCancelled ? 'cancelled' : 'failed') : 'done',
      attempts: [...this.#attempts],
      steps: [...(report?.steps ?? this.#steps)],
    };
  }

  /** Keeps a try. Of one that died with its worker, what was last heard of its memory is the most known. */
  #keep(attempt: AttemptRecord): void {
    const heard = this.#memory?.ledger;
    const isNewer = heard && lengthMs(heard) > lengthMs(attempt.ledger);
    this.#attempts.push(isNewer ? { ...attempt, ...countedBy(heard) } : attempt);
    this.#memory = null;
    this.#begun = null;
  }

  #tells(error: AppError): boolean {
    return this.#attempts.at(-1)?.error?.code === error.code;
  }

  /** The try that had begun, if any, and how it ended. */
  #brokenOff({ code, message, detail }: AppError): AttemptRecord {
    return {
      ...(this.#begun ?? NOTHING_BEGUN),
      error: { code, message, detail: { ...detail } },
    };
  }
}

/** A try that failed before anything was planned. */
const NOTHING_BEGUN: AttemptRecord = {
  plan: null,
  error: null,
  budgetBytes: 0,
  largestBufferLimit: 0,
  ms: { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 },
  peakGpuBytes: 0,
  largestGpuBufferBytes: 0,
  ledger: null,
};

function lengthMs(ledger: MemoryRecord | null): number {
  return ledger?.timeline.at(-1)?.ms ?? -1;
}

function countedBy(
  ledger: LedgerReport,
): Pick<AttemptRecord, 'ledger' | 'peakGpuBytes' | 'largestGpuBufferBytes'> {
  const live = ledger.timeline.map(({ bytes }) => totalBytes(bytes));
  const made = Object.values(ledger.largest).map((largest) => largest?.bytes ?? 0);
  return {
    ledger,
    peakGpuBytes: Math.max(0, ...live),
    largestGpuBufferBytes: Math.max(0, ...made),
  };
}
