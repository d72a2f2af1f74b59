import type { RunReport } from '../../worker/protocol.ts';
import type { Settings } from '../photo/settings.ts';

/** One run of the network, or a failure, as the diagnostics tell it. */
export type JournalEntry = {
  /** When it ended, in milliseconds since 1970. */
  at: number;
  name: string;
  /** What was asked for; null for troubles outside a run. */
  settings: Settings | null;
  /** Wall time of the whole run in milliseconds. */
  wallMs: number;
  report: RunReport | null;
  /** Code, message and particulars of a failure, or null. */
  failure: string | null;
};

/** Entries kept; older ones are dropped. */
const MAX_ENTRIES = 50;

/** What each run of this visit tried and used, newest first. */
export class Journal {
  #entries = $state.raw<readonly JournalEntry[]>([]);
  #runs = $state(0);

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }
  /** Runs of the network that were finished in this visit. */
  get runs(): number {
    return this.#runs;
  }

  add(entry: Omit<JournalEntry, 'at'>): void {
    this.#entries = [{ at: Date.now(), ...entry }, ...this.#entries].slice(0, MAX_ENTRIES);
    if (entry.report) this.#runs += 1;
  }

  /** Notes a failure that is not a run's. */
  note(name: string, thrown: unknown): void {
    const failure = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    this.add({ name, settings: null, wallMs: 0, report: null, failure });
  }
}
