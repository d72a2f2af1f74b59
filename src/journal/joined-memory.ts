import { totalBytes } from '../shared/memory-timeline.ts';
import type { BufferOwner, MemoryPoint, OwnerBytes } from '../worker/protocol.ts';
import type { MemoryRecord } from './entry.ts';

/** A run that takes more of its budget than this is near its end. */
const WARNING_SHARE = 0.9;

/** One try, as far as memory goes. */
export type Tried = { ledger: MemoryRecord | null; budgetBytes: number };

/** Where a budget stood over the time of one try. */
export type BudgetSpan = { fromMs: number; toMs: number; bytes: number };

/** One owner's bytes over a whole run. */
export type OwnerMemory = {
  owner: BufferOwner;
  liveBytes: number;
  peakBytes: number;
  largest: { bytes: number; label: string } | null;
};

/** GPU memory of a whole run, its tries one after another. */
export type RunMemory = {
  timeline: MemoryPoint[];
  marks: { ms: number; name: string }[];
  budgets: BudgetSpan[];
  owners: OwnerMemory[];
  liveBytes: number;
  peakBytes: number;
  /** The largest part of its budget that a try took; 0 where none is known. */
  budgetShare: number;
  /** True from 90 % of the budget on. */
  isNearBudget: boolean;
};

/** In the order in which they are drawn, the steadiest at the bottom. */
const OWNERS: readonly BufferOwner[] = ['weights', 'activations', 'pictures', 'other'];

/** Joins the memory of a run's tries; null where none used the GPU. */
export function joinMemory(tries: readonly Tried[]): RunMemory | null {
  const timeline: MemoryPoint[] = [];
  const marks: RunMemory['marks'] = [];
  const budgets: BudgetSpan[] = [];
  const reports: MemoryRecord[] = [];
  let [startMs, budgetShare, peakBytes] = [0, 0, 0];
  for (const { ledger, budgetBytes } of tries) {
    if (!ledger) continue;
    reports.push(ledger);
    for (const { ms, bytes } of ledger.timeline) timeline.push({ ms: startMs + ms, bytes });
    for (const { ms, name } of ledger.marks) marks.push({ ms: startMs + ms, name });
    const endMs = startMs + (ledger.timeline.at(-1)?.ms ?? 0);
    const peak = Math.max(0, ...ledger.timeline.map(({ bytes }) => totalBytes(bytes)));
    peakBytes = Math.max(peakBytes, peak);
    if (budgetBytes > 0) {
      budgets.push({ fromMs: startMs, toMs: endMs, bytes: budgetBytes });
      budgetShare = Math.max(budgetShare, peak / budgetBytes);
    }
    startMs = endMs;
  }
  const latest = timeline.at(-1);
  if (!latest) return null;
  return {
    timeline,
    marks,
    budgets,
    owners: OWNERS.map((owner) => ownerMemory(owner, reports, latest.bytes)),
    liveBytes: totalBytes(latest.bytes),
    peakBytes,
    budgetShare,
    isNearBudget: budgetShare >= WARNING_SHARE,
  };
}

function ownerMemory(
  owner: BufferOwner,
  reports: readonly MemoryRecord[],
  live: OwnerBytes,
): OwnerMemory {
  let [peakBytes, largest]: [number, OwnerMemory['largest']] = [0, null];
  for (const report of reports) {
    peakBytes = Math.max(peakBytes, report.peakBytes[owner]);
    const made = report.largest[owner];
    if (made && made.bytes > (largest?.bytes ?? 0)) largest = made;
  }
  return { owner, liveBytes: live[owner], peakBytes, largest };
}
