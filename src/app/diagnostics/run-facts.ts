import { adviceFor } from '../../journal/advice.ts';
import type { AttemptRecord, JournalEntry, RunTask } from '../../journal/entry.ts';
import { megabytes } from '../../shared/megabytes.ts';
import type { StageTimes } from '../../worker/protocol.ts';
import { words } from '../i18n/diagnostics.ts';
import { en } from '../i18n/en.ts';
import { duration, pixels } from '../i18n/format.ts';
import type { Fact } from './machine-facts.ts';

/** One try of a run in words. */
export type AttemptFacts = {
  title: string;
  hasFailed: boolean;
  /** What happened, what was done instead and what can be done; null where it worked. */
  advice: string | null;
  facts: Fact[];
};

/** What a run is called: by its photograph's name, where that is known. */
export function runName({ name }: JournalEntry): string {
  return name ?? words.unnamed;
}

/** When a run ended, in the visitor's own time. */
export function runTime({ at }: Pick<JournalEntry, 'at'>): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** One run in one line: what came of it, where and how, and how long it took. */
export function runSummary(entry: JournalEntry): string {
  const last = entry.attempts.at(-1);
  const failed = entry.attempts.filter(({ error }) => error !== null).length;
  const down = entry.outcome === 'done' && failed > 0 ? [words.stepsDown(failed)] : [];
  const how = last?.plan ? [planWords(last.plan, entry.task)] : [];
  const sampled = entry.sampling ? words.sampled(entry.sampling) : [];
  const code = entry.outcome === 'failed' && last?.error ? [last.error.code] : [];
  const took = duration(entry.wallMs);
  return [words.outcome(entry), ...code, ...how, ...sampled, ...down, took].join(' · ');
}

/** What was asked for, of what, and where. */
export function runFacts(entry: JournalEntry): Fact[] {
  const { photograph, machine, versions, sampling } = entry;
  const sampled = sampling ? words.sampled(sampling) : [];
  const adapter = machine?.adapter;
  return [
    {
      label: words.photograph,
      text: photograph ? pixels(photograph.width, photograph.height) : words.noLimits,
    },
    { label: words.askedFor, text: words.asked(entry) },
    ...(sampled.length > 0 ? [{ label: words.sampling, text: sampled.join(', ') }] : []),
    { label: words.ranOn, text: adapter ? en.adapterName(adapter) : words.backends.wasm },
    { label: words.versions, text: `${en.name} ${versions.autochrome}, ${versions.browser}` },
  ];
}

/** Each try of a run in words, in order. */
export function attemptFacts({ attempts, machine, task }: JournalEntry): AttemptFacts[] {
  const advice = adviceFor(attempts, machine);
  return attempts.map((attempt, at) => ({
    title: words.attempt(at + 1, attempts.length) + outcomeWords(attempt, task),
    hasFailed: attempt.error !== null,
    advice: advice[at] ?? null,
    facts: factsOf(attempt, task),
  }));
}

function outcomeWords({ plan, error }: AttemptRecord, task: RunTask): string {
  const how = plan ? ` · ${planWords(plan, task)}` : '';
  return `${how} · ${error ? error.code : words.worked}`;
}

function planWords(plan: NonNullable<AttemptRecord['plan']>, task: RunTask): string {
  const { backend, modelName, size, variant } = plan;
  return [words.backends[backend], modelName, words.sizeOf(task, size), variant].join(' · ');
}

function factsOf(attempt: AttemptRecord, task: RunTask): Fact[] {
  const { plan, error, budgetBytes, largestBufferLimit } = attempt;
  const times = (Object.keys(en.stages) as (keyof StageTimes)[])
    .filter((stage) => attempt.ms[stage] > 0)
    .map((stage) => `${words.stage(task, stage)} ${duration(attempt.ms[stage])}`);
  const facts: Fact[] = [];
  if (plan) {
    const { modelWidth, modelHeight, tileRows } = plan;
    const seen = words.networkSaw(modelWidth, modelHeight, tileRows);
    facts.push(
      { label: words.planned, text: `${seen}, about ${megabytes(plan.peakBytes)}` },
      { label: words.why, text: plan.reason },
    );
  }
  if (budgetBytes > 0) {
    const text = words.limitsOf(budgetBytes, largestBufferLimit);
    facts.push({ label: words.limits, text });
  }
  if (attempt.peakGpuBytes > 0) {
    const text = words.usedOf(attempt.peakGpuBytes, attempt.largestGpuBufferBytes);
    facts.push({ label: words.used, text });
  }
  if (times.length > 0) facts.push({ label: words.took, text: times.join(', ') });
  if (error) facts.push({ label: words.errorSaid, text: errorWords(error) });
  return facts;
}

function errorWords({ code, message, detail }: NonNullable<AttemptRecord['error']>): string {
  const particulars = Object.keys(detail).length > 0 ? ` ${JSON.stringify(detail)}` : '';
  return `${code}: ${message}${particulars}`;
}
