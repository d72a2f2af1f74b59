import type { JournalEntry } from './entry.ts';

/** Runs kept; older ones are dropped. */
export const MOST_ENTRIES = 50;

/** The newest entries, each once: of two with the same id the first given stands. */
export function newestFirst(entries: readonly JournalEntry[]): JournalEntry[] {
  const byId = new Map<string, JournalEntry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()].sort((a, b) => b.at - a.at).slice(0, MOST_ENTRIES);
}
