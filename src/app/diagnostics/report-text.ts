import type { AttemptRecord, JournalEntry } from '../../journal/entry.ts';
import { thinEntry } from '../../journal/thin-entry.ts';
import { megabytes } from '../../shared/megabytes.ts';
import type { Machine } from '../../worker/protocol.ts';
import { en } from '../i18n/en.ts';
import type { Journal, Note } from './journal.svelte.ts';
import { machineFacts, pageFacts } from './machine-facts.ts';
import { attemptFacts, runFacts, runName, runSummary } from './run-facts.ts';

/** What is told of a journal. Names of photographs only where `keepsNames` says so. */
type Told = Pick<Journal, 'entries' | 'notes' | 'runs' | 'keepsNames'>;

/** All of it as plain text, to be pasted into a report. */
export function diagnosticsText(machine: Machine | null, journal: Told): string {
  const facts = [...machineFacts(machine), ...pageFacts()];
  const entries = tellable(journal);
  return [
    `${en.name} diagnostics, ${new Date().toISOString()}`,
    ...facts.map(({ label, text }) => `${label}: ${text}`),
    ...(machine ? budgetLines(machine) : []),
    `Runs in this visit: ${journal.runs}`,
    ...entries.flatMap((entry) => ['', ...entryLines(entry)]),
    ...(journal.notes.length > 0 ? [''] : []),
    ...journal.notes.map((note) => noteLine(note, journal.keepsNames)),
  ].join('\n');
}

/** All of it as JSON, for programs. */
export function diagnosticsJson(machine: Machine | null, journal: Told): string {
  const notes = journal.notes.map(({ at, about, text }) =>
    journal.keepsNames ? { at, about, text } : { at, text },
  );
  const page = Object.fromEntries(pageFacts().map(({ label, text }) => [label, text]));
  const saved = { saved: new Date().toISOString(), machine, page, runs: tellable(journal), notes };
  return JSON.stringify(saved, null, 2);
}

function tellable({ entries, keepsNames }: Told): JournalEntry[] {
  return entries.map((entry) => thinEntry(entry, { keepsName: keepsNames }));
}

function budgetLines({ budget }: Machine): string[] {
  return [
    `Budget: ${budget.because}`,
    ...budget.lines.map(({ what, bytes }) => `  weighed: ${what}: ${megabytes(bytes)}`),
  ];
}

function noteLine({ at, about, text }: Note, keepsNames: boolean): string {
  return `${new Date(at).toISOString()} ${keepsNames ? `${about}: ` : ''}${text}`;
}

function entryLines(entry: JournalEntry): string[] {
  return [
    `${new Date(entry.at).toISOString()} ${runName(entry)}: ${runSummary(entry)}`,
    ...runFacts(entry).map(({ label, text }) => `  ${label}: ${text}`),
    ...attemptFacts(entry).flatMap(({ title, advice, facts }, at) => [
      `  ${title}`,
      ...facts.map(({ label, text }) => `    ${label}: ${text}`),
      ...(advice ? [`    advice: ${advice}`] : []),
      ...consideredLines(entry.attempts[at]),
      ...memoryLines(entry.attempts[at]),
    ]),
    ...entry.steps.map((step) => `  step: ${step}`),
  ];
}

function consideredLines(attempt: AttemptRecord | undefined): string[] {
  return (attempt?.plan?.considered ?? []).map(
    ({ backend, model, size, variant, peakBytes, refusedBy }) =>
      `    considered: ${model} on ${backend}, ${size} ${variant}, ${megabytes(peakBytes)}: ${refusedBy ?? en.chosen}`,
  );
}

function memoryLines(attempt: AttemptRecord | undefined): string[] {
  const { ledger } = attempt ?? {};
  if (!ledger) return [];
  return Object.entries(ledger.peakBytes).map(([owner, bytes]) => {
    const largest = ledger.largest[owner as keyof typeof ledger.largest];
    const named = largest ? `, largest ${megabytes(largest.bytes)} (${largest.label})` : '';
    return `    memory of ${owner}: peak ${megabytes(bytes)}${named}`;
  });
}
