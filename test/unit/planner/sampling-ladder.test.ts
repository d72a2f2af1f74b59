import { expect, test } from 'vitest';
import type { Profile } from '../../../src/planner/profile.ts';
import { SamplingLadder, type SamplingChoice } from '../../../src/planner/sampling-ladder.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';

const PROCESSOR: Profile = {
  ...{
    backend: 'wasm',
    budgetBytes: 900,
    largestBufferBytes: 900,
    features: [],
    preset: 'medium',
  },
  ...{ isHalfProven: false, isSlow: false, fallback: null, budgetBecause: '', budgetLines: [] },
};
const GPU: Profile = { ...PROCESSOR, backend: 'webgpu', budgetBytes: 500, fallback: PROCESSOR };

/** Best first: eight at once, four, one, at a smaller size, in another precision, on the processor. */
function choices(): SamplingChoice[] {
  const gpu = (words: string, peakBytes: number, work: number, variant: 'int8' | 'fp32' = 'int8') =>
    ({ backend: 'webgpu', variant, work, peakBytes, largestBufferBytes: 1, words }) as const;
  return [
    gpu('eight', 400, 8),
    gpu('four', 200, 4),
    gpu('one', 100, 1),
    gpu('small', 50, 1),
    gpu('full', 450, 4, 'fp32'),
    { ...gpu('processor', 800, 1, 'fp32'), backend: 'wasm' },
    { ...gpu('small processor', 300, 1, 'fp32'), backend: 'wasm' },
  ];
}

/** What comes after each of several failures. */
function after(codes: ErrorCode[], profile = GPU): (string | null)[] {
  const ladder = new SamplingLadder(profile, choices());
  return codes.map((code) => ladder.fail({ code })?.words ?? null);
}

test('the best that fits is chosen, and what did not fit is told', () => {
  const best = new SamplingLadder(GPU, choices());
  expect(best.choice.words).toBe('eight');
  expect(best.because).toBeNull();
  const less = new SamplingLadder({ ...GPU, budgetBytes: 150 }, choices());
  expect(less.choice.words).toBe('one');
  expect(less.because).toMatch(/^eight would not fit: its peak, .* is over the budget/);
  expect(less.considered.map(({ choice }) => choice)).toEqual(['eight', 'four']);
});

test('choices are made only as far as they are looked at', () => {
  let made = 0;
  function* counted() {
    for (const choice of choices()) {
      made++;
      yield choice;
    }
  }
  const ladder = new SamplingLadder(GPU, counted());
  expect(made).toBe(1);
  ladder.fail({ code: 'gpu/out-of-memory' });
  expect(made).toBe(2);
});

test.each<[string, ErrorCode[], (string | null)[]]>([
  [
    'short of memory, less of it each time, and the processor at last',
    ['gpu/out-of-memory', 'gpu/limit', 'memory/exhausted', 'gpu/out-of-memory'],
    ['four', 'one', 'small', 'processor'],
  ],
  [
    'lost, less work once, then the processor',
    ['gpu/device-lost', 'gpu/stalled'],
    ['four', 'processor'],
  ],
  [
    'wrong numbers, the other precision and never int8 again',
    ['output/implausible', 'gpu/out-of-memory'],
    ['full', 'processor'],
  ],
  ['no GPU any more, the processor', ['gpu/unavailable'], ['processor']],
  [
    'on the processor too only memory can be helped',
    ['gpu/unavailable', 'memory/exhausted', 'memory/exhausted'],
    ['processor', 'small processor', null],
  ],
  [
    'on the processor wrong numbers are the end',
    ['gpu/unavailable', 'bug/invariant'],
    ['processor', null],
  ],
  ['what no other way can help is the end', ['net/offline'], [null]],
  ['nor can cancelling be helped', ['job/aborted'], [null]],
])('%s', (_, codes, expected) => {
  expect(after(codes)).toEqual(expected);
});

test('a memory failure after a loss takes less than what failed, whatever came between', () => {
  expect(after(['gpu/out-of-memory', 'output/implausible'])).toEqual(['four', 'processor']);
});

test('where nothing fits it says so', () => {
  const tiny = { ...PROCESSOR, budgetBytes: 10 };
  expect(() => new SamplingLadder({ ...GPU, budgetBytes: 10, fallback: tiny }, choices())).toThrow(
    expect.objectContaining({ code: 'memory/exhausted' }),
  );
});
