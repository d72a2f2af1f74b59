import { expect, test } from 'vitest';
import { joinMemory } from '../../../src/journal/joined-memory.ts';
import { drawnMemory, ownerBytes } from '../../support/run-entry.ts';

test('the tries of a run follow one another in time, each with its budget', () => {
  const first = { ledger: drawnMemory(), budgetBytes: 450_000_000 };
  const onWasm = { ledger: null, budgetBytes: 1_000_000_000 };
  const second = {
    ledger: drawnMemory({
      peakBytes: ownerBytes({ weights: 60_000_000, activations: 100_000_000 }),
      largest: {
        weights: { bytes: 8_000_000, label: 'weights:a' },
        activations: null,
        pictures: { bytes: 5, label: 'pictures:stripe' },
        other: null,
      },
      timeline: [
        { ms: 0, bytes: ownerBytes() },
        { ms: 10, bytes: ownerBytes({ weights: 60_000_000, activations: 100_000_000 }) },
      ],
      marks: [{ ms: 4, name: 'load' }],
    }),
    budgetBytes: 400_000_000,
  };
  const joined = joinMemory([first, onWasm, second])!;
  expect(joined.timeline.map(({ ms }) => ms)).toEqual([0, 40, 90, 90, 100]);
  expect(joined.marks).toEqual([
    { ms: 30, name: 'infer' },
    { ms: 94, name: 'load' },
  ]);
  expect(joined.budgets).toEqual([
    { fromMs: 0, toMs: 90, bytes: 450_000_000 },
    { fromMs: 90, toMs: 100, bytes: 400_000_000 },
  ]);
  expect([joined.liveBytes, joined.peakBytes]).toEqual([160_000_000, 412_000_000]);
  expect(joined.owners).toEqual([
    {
      owner: 'weights',
      liveBytes: 60_000_000,
      peakBytes: 60_000_000,
      largest: { bytes: 9_000_000, label: 'weights:encoder.stages.2' },
    },
    {
      owner: 'activations',
      liveBytes: 100_000_000,
      peakBytes: 352_000_000,
      largest: { bytes: 59_000_000, label: 'activations:scores' },
    },
    {
      owner: 'pictures',
      liveBytes: 0,
      peakBytes: 0,
      largest: { bytes: 5, label: 'pictures:stripe' },
    },
    { owner: 'other', liveBytes: 0, peakBytes: 0, largest: null },
  ]);
});

test.each([
  [412_000_000, 1, true],
  [457_000_000, 412 / 457, true],
  [458_000_000, 412 / 458, false],
  [0, 0, false],
])('of a budget of %i the run took %f: near it is %s', (budgetBytes, share, isNear) => {
  const joined = joinMemory([{ ledger: drawnMemory(), budgetBytes }]);
  expect(joined?.budgetShare).toBeCloseTo(share);
  expect(joined?.isNearBudget).toBe(isNear);
});

test('a run that never used the GPU has none', () => {
  expect(joinMemory([{ ledger: null, budgetBytes: 1 }])).toBeNull();
  expect(joinMemory([])).toBeNull();
});
