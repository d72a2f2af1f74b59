import { describe, expect, test } from 'vitest';
import { adapterKind, mobileSystem } from '../../../src/planner/adapter-kind.ts';
import { needsTrial, trialBytes } from '../../../src/planner/budget.ts';
import { NO_HISTORY, noteFailed, noteReached } from '../../../src/planner/history.ts';
import { profileOf, type MachineFacts } from '../../../src/planner/profile.ts';
import { DAY_MS, DESKTOP, GIB, machine, MIB, NOW, PHONE } from './machines.ts';

const budget = (facts: MachineFacts, preset?: 'low' | 'medium' | 'high') =>
  profileOf(facts, 'auto', preset).budgetBytes;
const learnt = (facts: MachineFacts, history: Partial<MachineFacts['history']>): MachineFacts => ({
  ...facts,
  history: { ...facts.history, ...history },
});

describe('what limits, maker and memory suggest', () => {
  test.each([
    ['a desktop card', DESKTOP, 3 * GIB],
    ['a phone', PHONE, 320 * MIB],
    ['4 GiB of memory', machine({}, { deviceMemoryGiB: 4 }), 1 * GIB],
    ['2 GiB of memory', machine({}, { deviceMemoryGiB: 2 }), 512 * MIB],
    [
      'Intel graphics with the limits of a card',
      machine(
        {
          vendor: 'intel',
          architecture: 'gen-12lp',
          maxStorageBufferBindingSize: 4 * GIB,
          maxBufferSize: 4 * GIB,
        },
        { deviceMemoryGiB: 32 },
      ),
      1 * GIB,
    ],
    [
      'an iPhone with bindings of 1 GiB',
      machine({ vendor: 'apple' }, { mobile: 'ios', deviceMemoryGiB: null }),
      640 * MIB,
    ],
    ['wasm of a machine that tells nothing', machine(null, { deviceMemoryGiB: null }), 1 * GIB],
    ['wasm on an iPhone', machine(null, { deviceMemoryGiB: null, mobile: 'ios' }), 640 * MIB],
  ])('%s', (_, facts, bytes) => {
    expect(budget(facts)).toBe(bytes);
  });

  test('every contribution is a named line, and the sentence says which decided', () => {
    const profile = profileOf(
      machine({ vendor: 'intel', architecture: 'gen-9' }, { deviceMemoryGiB: 2 }),
      'auto',
    );
    expect(profile.budgetLines).toEqual([
      { what: 'what GPUs with bindings of 1,074 MB usually have', bytes: GIB },
      { what: 'graphics that share the machine’s memory', bytes: GIB },
      { what: '25 % of this machine’s 2 GiB of memory', bytes: 512 * MIB },
    ]);
    expect(profile.budgetBecause).toBe(
      'A run may take 537 MB: 25 % of this machine’s 2 GiB of memory.',
    );
  });
});

describe('presets', () => {
  test('low halves what the facts suggest, high takes more of the memory', () => {
    const laptop = machine({}, { deviceMemoryGiB: 2 });
    expect(budget(laptop, 'low')).toBe(256 * MIB);
    expect(budget(laptop, 'high')).toBe(768 * MIB);
  });

  test('none goes over what the limits suggest, nor over a phone’s ceiling', () => {
    expect(budget(PHONE, 'high')).toBe(budget(PHONE));
    expect(budget(DESKTOP, 'high')).toBe(3 * GIB);
  });

  test('what was measured chooses, where nobody did', () => {
    const probe = { firstMs: 900, warmMs: 20, preset: 'high', at: NOW } as const;
    expect(profileOf(learnt(DESKTOP, { probe }), 'auto').preset).toBe('high');
    expect(profileOf(learnt(DESKTOP, { probe }), 'auto', 'low').preset).toBe('low');
  });
});

describe('what this adapter reached or failed at', () => {
  test('what was reached raises the budget, with room to grow', () => {
    expect(budget(learnt(PHONE, { reached: { peakBytes: 300e6, at: NOW } }))).toBe(375e6);
    expect(budget(learnt(PHONE, { reached: { peakBytes: 50e6, at: NOW } }))).toBe(320 * MIB);
    expect(budget(learnt(PHONE, { reached: { peakBytes: 300e6, at: NOW } }), 'low')).toBe(
      160 * MIB,
    );
  });

  test('growth ends at a phone’s ceiling', () => {
    const facts = learnt({ ...PHONE, mobile: 'ios' }, { reached: { peakBytes: 800e6, at: NOW } });
    expect(budget(facts)).toBe(640 * MIB);
  });

  test('a failure lowers it, and counts half after each week', () => {
    const failedAt = (at: number) =>
      budget(learnt(DESKTOP, { failed: { peakBytes: 400e6, at, code: 'gpu/out-of-memory' } }));
    expect(failedAt(NOW)).toBe(300e6);
    expect(failedAt(NOW - 7 * DAY_MS)).toBe(600e6);
    expect(failedAt(NOW - 14 * DAY_MS)).toBe(1200e6);
    expect(failedAt(NOW - 90 * DAY_MS)).toBe(3 * GIB);
  });

  test('a failure never takes the GPU away', () => {
    const failed = { peakBytes: 1e6, at: NOW, code: 'worker/crashed' } as const;
    expect(budget(learnt(DESKTOP, { failed }))).toBe(128 * MIB);
  });

  test('what has worked since a failure is known to fit', () => {
    const failed = { peakBytes: 400e6, at: NOW - DAY_MS, code: 'gpu/out-of-memory' } as const;
    const reached = { peakBytes: 390e6, at: NOW };
    expect(budget(learnt(DESKTOP, { failed, reached }))).toBe(390e6);
    const before = { peakBytes: 390e6, at: NOW - 2 * DAY_MS };
    expect(budget(learnt(DESKTOP, { failed, reached: before }))).toBeLessThan(340e6);
  });

  test('a trial tells where nothing else does', () => {
    const quiet = machine({ maxStorageBufferBindingSize: 512 * MIB }, { deviceMemoryGiB: null });
    const trial = (gotBytes: number) => ({ trial: { wantedBytes: 1000e6, gotBytes, at: NOW } });
    expect(budget(quiet)).toBe(640 * MIB);
    expect(budget(learnt(quiet, trial(400e6)))).toBe(300e6);
    expect(budget(learnt(quiet, trial(0)))).toBe(128 * MIB);
    expect(budget(learnt(quiet, trial(1000e6)))).toBe(750e6);
    const open = machine({ maxStorageBufferBindingSize: 512 * MIB });
    expect(budget(learnt(open, trial(400e6)))).toBe(640 * MIB);
  });

  test('a trial asks for no more than a run could be given', () => {
    expect(trialBytes(DESKTOP)).toBe(3 * GIB);
    expect(trialBytes({ ...DESKTOP, mobile: 'ios' })).toBe(640 * MIB);
    expect(trialBytes(machine(null))).toBe(0);
  });

  test('a trial is made on a desktop whose browser tells nothing, once', () => {
    const quiet = { ...DESKTOP, deviceMemoryGiB: null };
    expect(needsTrial(quiet)).toBe(true);
    expect(needsTrial(DESKTOP)).toBe(false);
    expect(needsTrial({ ...quiet, mobile: 'ios' })).toBe(false);
    expect(needsTrial(learnt(quiet, { reached: { peakBytes: 1e8, at: NOW } }))).toBe(false);
    expect(needsTrial(machine({ isFallback: true }, { deviceMemoryGiB: null }))).toBe(false);
    expect(needsTrial(machine(null, { deviceMemoryGiB: null }))).toBe(false);
  });

  test('a GPU that hung is given shorter work for a week, and no less memory', () => {
    const hung = learnt(DESKTOP, noteFailed(NO_HISTORY, 400e6, 'gpu/stalled', NOW));
    expect(profileOf(hung, 'auto')).toMatchObject({ isSlow: true, budgetBytes: 3 * GIB });
    expect(profileOf({ ...hung, now: NOW + 8 * DAY_MS }, 'auto').isSlow).toBe(false);
  });
});

describe('how a history is kept', () => {
  test('the largest that worked stays, and disproves a failure at no more', () => {
    const failed = noteFailed(NO_HISTORY, 300e6, 'gpu/out-of-memory', NOW);
    expect(noteReached(failed, 200e6, NOW)).toMatchObject({
      reached: { peakBytes: 200e6 },
      failed: { peakBytes: 300e6 },
    });
    const after = noteReached(noteReached(failed, 300e6, NOW), 100e6, NOW + 1);
    expect(after).toMatchObject({ reached: { peakBytes: 300e6, at: NOW }, failed: null });
  });

  test('of two failures the one that allows less now stays; what was reached with as much goes', () => {
    const reached = noteReached(NO_HISTORY, 500e6, NOW);
    const first = noteFailed(reached, 300e6, 'gpu/out-of-memory', NOW);
    expect(first).toMatchObject({ reached: null, failed: { peakBytes: 300e6 } });
    expect(noteFailed(first, 400e6, 'worker/crashed', NOW).failed!.peakBytes).toBe(300e6);
    const weekLater = NOW + 7 * DAY_MS;
    expect(noteFailed(first, 400e6, 'worker/crashed', weekLater).failed!.peakBytes).toBe(400e6);
  });

  test('failures that say nothing of the machine change nothing', () => {
    expect(noteFailed(NO_HISTORY, 300e6, 'net/offline', NOW)).toBe(NO_HISTORY);
    expect(noteFailed(NO_HISTORY, 300e6, 'output/implausible', NOW)).toBe(NO_HISTORY);
  });
});

test('phones and tablets are told from desktops, an iPad from a Mac', () => {
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15';
  expect(mobileSystem(mac, 0)).toBeNull();
  expect(mobileSystem(mac, 5)).toBe('ios');
  expect(mobileSystem('Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)', 5)).toBe('ios');
  expect(mobileSystem('Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0 Mobile', 5)).toBe('android');
  expect(mobileSystem('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0', 10)).toBeNull();
});

test('where an adapter keeps its memory, as far as it tells', () => {
  expect(adapterKind({ vendor: 'intel', architecture: 'gen-12lp' })).toBe('integrated');
  expect(adapterKind({ vendor: 'intel', architecture: 'xe-2lpg' })).toBe('integrated');
  expect(adapterKind({ vendor: 'intel', architecture: 'gen-12hp' })).toBeNull();
  expect(adapterKind({ vendor: 'intel', architecture: 'xe-2hpg' })).toBeNull();
  expect(adapterKind({ vendor: 'qualcomm', architecture: 'adreno-7xx' })).toBe('phone');
  expect(adapterKind({ vendor: 'nvidia', architecture: 'ampere' })).toBeNull();
  expect(adapterKind({ vendor: '', architecture: '' })).toBeNull();
});
