import { expect, test } from 'vitest';
import { RunRecorder, type RunEnd } from '../../../src/journal/run-recorder.ts';
import { abortedError, AppError } from '../../../src/shared/errors.ts';
import type { Attempt } from '../../../src/worker/protocol.ts';
import { drawnAttempt, drawnMemory } from '../../support/run-entry.ts';

const facts = {
  name: 'street.png',
  asked: { kind: 'auto', size: 'auto' as const },
  versions: { autochrome: '0.1.0', browser: 'Test' },
};
const ended: RunEnd = {
  at: 5,
  wallMs: 900,
  error: null,
  photograph: { width: 30, height: 20 },
  machine: null,
  report: null,
};

/** A try as the engine tells it. */
const told = (...given: Parameters<typeof drawnAttempt>) => drawnAttempt(...given) as Attempt;
const ledger = drawnMemory();
const memory = { stage: 'memory', ledger, budgetBytes: 1_600_000_000 } as const;

test('a finished run has the tries that were told, and those that only its report tells', () => {
  const recorder = new RunRecorder(facts);
  const [failed, done] = [told('gpu/out-of-memory'), told()];
  recorder.hear({ stage: 'attempt', attempt: failed });
  const entry = recorder.end({ ...ended, report: { attempts: [failed, done], steps: ['a', 'b'] } });
  expect(entry).toMatchObject({ ...facts, at: 5, wallMs: 900, outcome: 'done', steps: ['a', 'b'] });
  expect(entry.attempts).toEqual([failed, done]);
});

test('a run whose worker died is kept as far as it came: plan, limits, and its last memory', () => {
  const recorder = new RunRecorder(facts);
  const standing = told(null, { ledger: null, peakGpuBytes: 0, largestGpuBufferBytes: 0 });
  recorder.hear({ stage: 'begin', attempt: standing });
  recorder.hear(memory);
  recorder.hear({ stage: 'notice', sentence: 'It went on with less.' });
  const error = new AppError('worker/crashed', 'The engine has crashed.', { detail: { a: 1 } });
  const entry = recorder.end({ ...ended, error });
  expect(entry.outcome).toBe('failed');
  expect(entry.steps).toEqual(['It went on with less.']);
  expect(entry.attempts).toEqual([
    {
      ...standing,
      error: { code: 'worker/crashed', message: 'The engine has crashed.', detail: { a: 1 } },
      ledger,
      peakGpuBytes: 412_000_000,
      largestGpuBufferBytes: 59_000_000,
    },
  ]);
});

test('a try whose worker died has the memory that was last heard, not what it had at its beginning', () => {
  const recorder = new RunRecorder(facts);
  const early = drawnMemory({ timeline: ledger.timeline.slice(0, 1) });
  recorder.hear(memory);
  const dead = told('worker/crashed', { ledger: early, peakGpuBytes: 0 });
  recorder.hear({ stage: 'attempt', attempt: dead });
  expect(recorder.memory).toBeNull();
  const unheard = told('gpu/failed', { ledger: null, peakGpuBytes: 0 });
  recorder.hear({ stage: 'attempt', attempt: unheard });
  recorder.hear({ ...memory, ledger: early });
  recorder.hear({ stage: 'attempt', attempt: told() });
  const { attempts } = recorder.end(ended);
  expect(attempts.map(({ ledger: kept }) => kept)).toEqual([ledger, null, ledger]);
  expect(attempts[0]?.peakGpuBytes).toBe(412_000_000);
});

test('an error that was told as a try is not told twice; another one is', () => {
  const end = (code: 'memory/exhausted' | 'net/offline') => {
    const recorder = new RunRecorder(facts);
    recorder.hear({ stage: 'attempt', attempt: told('memory/exhausted') });
    return recorder.end({ ...ended, error: new AppError(code, 'It ended.') }).attempts;
  };
  expect(end('memory/exhausted')).toHaveLength(1);
  expect(end('net/offline')).toMatchObject([
    { plan: {} },
    { plan: null, error: { code: 'net/offline' } },
  ]);
});

test('a cancelled run is no failure, and tells the try that was under way', () => {
  const end = (recorder: RunRecorder) => recorder.end({ ...ended, error: abortedError() });
  expect(end(new RunRecorder(facts))).toMatchObject({ outcome: 'cancelled', attempts: [] });
  const recorder = new RunRecorder(facts);
  recorder.hear({ stage: 'begin', attempt: told(null, { ledger: null }) });
  recorder.hear(memory);
  expect(end(recorder)).toMatchObject({
    outcome: 'cancelled',
    attempts: [{ error: { code: 'job/aborted' }, ledger }],
  });
});
