import { expect, test } from 'vitest';
import { attemptFacts, runFacts, runSummary } from '../../../src/app/diagnostics/run-facts.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { drawnAttempt, drawnEntry, drawnPlan } from '../../support/run-entry.ts';

/** A run on tiles or of a sampler that was finished at its second try. */
function entryOf(task: JournalEntry['task'], part: Partial<JournalEntry>): JournalEntry {
  const plan = drawnPlan({ modelName: 'A model', size: 128, variant: 'int8' });
  const attempts = [drawnAttempt('gpu/device-lost'), drawnAttempt(null, { plan })];
  return drawnEntry({ task, attempts, wallMs: 2300, ...part });
}

const factOf = (entry: JournalEntry, label: string) =>
  runFacts(entry).find((fact) => fact.label === label)?.text;

test('a repair has a line with its tiles, passes, steps, and what the ladder did', () => {
  const sampling = { tiles: 6, passes: 2, steps: 4, wanted: null, drawn: null };
  const entry = entryOf('repair', { sampling, asked: { kind: 'final', size: 'auto' } });
  expect(runSummary(entry)).toBe(
    'Repaired · WebGPU · A model · tiles of 128 · int8 · 6 tiles · 2 passes · 4 steps · 1 step down · 2.3\u00a0s',
  );
  expect(factOf(entry, 'Asked for')).toBe('repair, final');
  expect(factOf(entry, 'Sampling')).toBe('6 tiles, 2 passes, 4 steps');
  const took = attemptFacts(entry)[1]!.facts.find(({ label }) => label === 'Took')?.text;
  expect(took).toContain('Fill in 90\u00a0ms');
});

test('several colourings and a search have theirs, also where they failed', () => {
  const sampling = { tiles: null, passes: null, steps: 3, wanted: 8, drawn: 5 };
  const drawn = entryOf('recolour', { sampling, outcome: 'cancelled' });
  expect(runSummary(drawn)).toMatch(
    /^Cancelled: other colours · .+ · size 128 · int8 · 3 steps · 5 of 8 colourings · /,
  );
  const whole = { ...sampling, drawn: 8 };
  expect(runSummary(entryOf('recolour', { sampling: whole }))).toMatch(
    /^Other colours drawn · .+ · 3 steps · 8 colourings · 1 step down · /,
  );
  const tiles = { tiles: 1, passes: null, steps: null, wanted: null, drawn: null };
  expect(runSummary(entryOf('find', { sampling: tiles }))).toMatch(
    /^Searched for damage · .+ · tiles of 128 · int8 · 1 tile · 1 step down · /,
  );
  const attempts = [drawnAttempt('net/interrupted', { plan: null })];
  const failed = drawnEntry({ task: 'repair', outcome: 'failed', attempts });
  expect(runSummary(failed)).toMatch(/^Failed: repair · net\/interrupted · /);
});

test('a run that colours is told as ever', () => {
  const entry = drawnEntry();
  expect(runSummary(entry)).toMatch(/^In colour · WebGPU · .+ · size 768 · fp32 · 1\.4\s*s$/);
  expect(factOf(entry, 'Asked for')).toBe('auto, size auto');
  expect(factOf(entry, 'Sampling')).toBeUndefined();
});
