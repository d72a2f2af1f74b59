import { expect, test } from 'vitest';
import { adviceFor } from '../../../src/journal/advice.ts';
import type { AttemptRecord, MachineRecord } from '../../../src/journal/entry.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/shared/errors.ts';
import { drawnAttempt, drawnMachine, drawnPlan } from '../../support/run-entry.ts';

const at512 = drawnAttempt(null, { plan: drawnPlan({ size: 512 }) });
const onWasm = drawnAttempt(null, {
  plan: drawnPlan({ backend: 'wasm' }),
  peakGpuBytes: 0,
  ledger: null,
});

/** What is said of the first of some tries. */
const first = (attempts: AttemptRecord[], machine: MachineRecord | null = null) =>
  adviceFor(attempts, machine)[0];

test('memory that was refused: how much, what was used instead, what to do for more', () => {
  expect(first([drawnAttempt('gpu/out-of-memory'), at512])).toBe(
    'This GPU refused 412 MB; size 512 was used instead; to get size 768, close other tabs and programs that use the GPU.',
  );
});

test('each step down is told by what changed', () => {
  const refused = drawnAttempt('gpu/out-of-memory');
  const after = (plan: Parameters<typeof drawnPlan>[0]) =>
    first([refused, drawnAttempt(null, { plan: drawnPlan(plan) })]);
  expect(after({ tileRows: 128 })).toContain('; smaller pieces were used instead; ');
  expect(after({ variant: 'int8' })).toContain('; it was done with 8-bit weights instead; ');
  expect(after({ model: 'small', modelName: 'Small one' })).toContain('; the model Small one was');
  expect(after({})).toContain('; the same worked at the next try; ');
  expect(first([refused, onWasm])).toMatch(
    /; the processor was used instead; to use the GPU again, /,
  );
});

test('a chain of failures: each tells its own next step, and the size that was missed', () => {
  const chain = [
    drawnAttempt('gpu/out-of-memory'),
    drawnAttempt('gpu/device-lost', { plan: drawnPlan({ size: 512 }), peakGpuBytes: 0 }),
    drawnAttempt(null, { plan: drawnPlan({ size: 256 }) }),
  ];
  expect(adviceFor(chain, null)).toEqual([
    expect.stringMatching(/^This GPU refused 412 MB; size 512 was tried next; to get size 768, /),
    expect.stringMatching(
      /^The GPU was taken away while about 430 MB were in use at size 512; size 256 was used instead; to get size 512, /,
    ),
    null,
  ]);
});

test('below the last rung nothing took its place', () => {
  const last = drawnAttempt('memory/exhausted', {
    plan: drawnPlan({ backend: 'wasm', size: 256 }),
  });
  expect(first([last])).toBe(
    'This machine had no room for size 256, which needs about 430 MB; close other tabs and programs, and try again.',
  );
});

test('a limit of the driver is told with both numbers, and closing tabs is not advised', () => {
  const over = drawnAttempt('gpu/limit', {
    largestGpuBufferBytes: 168_000_000,
    largestBufferLimit: 134_217_728,
  });
  const said = first([over, at512]);
  expect(said).toContain('This GPU takes 134 MB in one buffer, and size 768 needs one of 168 MB');
  expect(said).toContain('closing tabs does not help');
});

test('what the driver said is quoted, shortened to its first line', () => {
  const message = `Binding size is larger.\n - While encoding\n${'x'.repeat(500)}`;
  const said = first([drawnAttempt('gpu/failed', { detail: { message } })]);
  expect(said).toContain('at size 768 (“Binding size is larger.”)');
  expect(said).not.toContain('While encoding');
});

test('a browser that draws by software is told to use the GPU', () => {
  const { adapter } = drawnMachine();
  const machine = (isFallback: boolean) =>
    drawnMachine({ adapter: adapter && { ...adapter, isFallback } });
  const unavailable = [drawnAttempt('gpu/unavailable')];
  expect(first(unavailable, machine(true))).toContain('it draws by software here');
  expect(first(unavailable, machine(false))).toContain('a newer browser');
  expect(first(unavailable)).toContain('a newer browser');
});

/** Words that only this code's advice has. */
const WORDS: Record<Exclude<ErrorCode, 'job/aborted'>, RegExp> = {
  'input/unsupported-format': /^It did not work; .*save it as JPEG or PNG/,
  'input/corrupt': /^It did not work; copy the file again/,
  'input/too-large': /^It did not work; save a smaller copy/,
  'input/not-found': /^It did not work; look at the address of the photograph/,
  'iiif/invalid': /^It did not work/,
  'iiif/no-image': /^It did not work/,
  'gpu/unavailable': /^The browser gave this page no GPU; /,
  'gpu/limit': /^This GPU takes 134 MB in one buffer, and size 768 needs more; /,
  'gpu/device-lost': /^The GPU was taken away while 412 MB were in use at size 768; /,
  'gpu/out-of-memory': /^This GPU refused 412 MB; .*, and try again/,
  'gpu/failed': /^The GPU’s driver could not carry out a step at size 768; /,
  'gpu/stalled': /^The GPU stopped answering while 412 MB were in use at size 768; /,
  'memory/exhausted': /^This machine had no room for size 768, which needs about 430 MB; /,
  'model/not-found': /the site lacks the model’s files/,
  'model/integrity': /only the damaged part is fetched once more/,
  'model/corrupt': /copy or download the model’s file again/,
  'model/incompatible': /newest version/,
  'net/offline': /connect once to fetch the model/,
  'net/http': /try again in a moment/,
  'net/interrupted': /goes on where it stopped/,
  'net/no-cors': /from the site that keeps it/,
  'net/forbidden': /^It did not work; whoever runs the site can allow it/,
  'store/denied': /allow this site to keep data/,
  'store/quota': /free some space/,
  'worker/blocked': /an extension or this site’s rules forbid it/,
  'worker/crashed': /^The engine ended without a word while 412 MB were in use at size 768; /,
  'worker/unreachable': /where it takes the engine from/,
  'wasm/blocked': /a browser with WebGPU needs none/,
  'output/unmarked': /let the mark be where it is/,
  'output/failed': /^It did not work; try the other format\.$/,
  'output/implausible': /^What came out at size 768 in full precision was no picture/,
  'bug/invariant': /^This is our mistake: It did not work; copy this page into a report\.$/,
};

test.each(ERROR_CODES.filter((code) => code !== 'job/aborted'))('%s has advice', (code) => {
  const said = first([drawnAttempt(code)]);
  expect(said).toMatch(WORDS[code]);
  // One sentence with one full stop, also where nothing was planned before it failed.
  for (const plan of [drawnPlan(), null]) {
    const bare = first([drawnAttempt(code, { plan, peakGpuBytes: 0, largestBufferLimit: 0 })]);
    expect(bare).toMatch(/^[A-Z][^.]+\.$/);
    expect(bare).not.toMatch(/null|undefined|NaN|\b0 MB/);
  }
});

test('what was cancelled or went well has none', () => {
  expect(adviceFor([drawnAttempt('job/aborted')], null)).toEqual([null]);
  expect(adviceFor([drawnAttempt()], null)).toEqual([null]);
  expect(adviceFor([], null)).toEqual([]);
});
