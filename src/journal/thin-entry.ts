import { MemoryTimeline } from '../shared/memory-timeline.ts';
import type { AttemptRecord, JournalEntry } from './entry.ts';

/** Points of memory over time that are kept of each try: enough to see its shape and its peak. */
const KEPT_POINTS = 64;

/** Letters kept of one particular of an error: drivers' messages can hold whole shaders. */
const MOST_LETTERS = 2000;

/** An entry as it is stored: small, plain data, and without the photograph's name unless asked. */
export function thinEntry(
  entry: JournalEntry,
  { keepsName }: { keepsName: boolean },
): JournalEntry {
  return {
    ...entry,
    name: keepsName ? entry.name : null,
    attempts: entry.attempts.map(thinAttempt),
  };
}

function thinAttempt(attempt: AttemptRecord): AttemptRecord {
  const { error, ledger } = attempt;
  return {
    ...attempt,
    error: error && { ...error, detail: plain(error.detail) },
    ledger: ledger && { ...ledger, timeline: thinned(ledger.timeline) },
  };
}

type Timeline = NonNullable<AttemptRecord['ledger']>['timeline'];

function thinned(timeline: Timeline): Timeline {
  if (timeline.length <= KEPT_POINTS) return timeline;
  const thin = new MemoryTimeline(KEPT_POINTS);
  for (const point of timeline) thin.add(point);
  return thin.points;
}

/** Particulars as JSON can hold them. */
function plain(detail: Record<string, unknown>): Record<string, unknown> {
  try {
    const text = JSON.stringify(detail, (_key, value: unknown) =>
      typeof value === 'string' ? value.slice(0, MOST_LETTERS) : value,
    );
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { note: 'These particulars cannot be written down.' };
  }
}
