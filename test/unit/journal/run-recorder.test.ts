import * as v from 'valibot';
import { expect, test } from 'vitest';
import { entrySchema } from '../../../src/journal/entry.ts';
import { RunRecorder, type RunEnd, type RunFacts } from '../../../src/journal/run-recorder.ts';
import { samplingBefore } from '../../../src/journal/sampling-record.ts';
import { abortedError, AppError } from '../../../src/shared/errors.ts';
import type { Attempt } from '../../../src/worker/protocol.ts';
import { drawnAttempt, drawnMemory } from '../../support/run-entry.ts';

const facts: RunFacts = {
  name: 'street.png',
  asked: { kind: 'auto', size: 'auto' },
  versions: { autochrome: '0.1.0', browser: 'Test' },
  task: 'colour',
  sampling: null,
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

test('a repair has its tiles and steps, whatever became of its tries', () => {
  const recorder = new RunRecorder({ ...facts, task: 'repair', sampling: samplingBefore(null) });
  const place = { pass: 1, passes: 2, step: 1, steps: 4, tile: 1, tiles: 6 };
  recorder.hear({ stage: 'repair-plan', sentence: 'Tiles.', tileSide: 256, steps: 4 });
  recorder.hear({ stage: 'sampling', place });
  recorder.hear({ stage: 'attempt', attempt: told('gpu/device-lost') });
  const entry = recorder.end({
    ...ended,
    report: { attempts: [told('gpu/device-lost'), told()], steps: [] },
  });
  expect(entry).toMatchObject({ task: 'repair', outcome: 'done' });
  expect(entry.sampling).toEqual({ tiles: 6, passes: 2, steps: 4, wanted: null, drawn: null });
  expect(entry.attempts.map(({ error }) => error?.code)).toEqual(['gpu/device-lost', undefined]);
  expect(v.parse(entrySchema, structuredClone(entry))).toEqual(entry);
});

test('several colourings have what was done of them, also where the rest failed', () => {
  const recorder = new RunRecorder({ ...facts, task: 'recolour', sampling: samplingBefore(8) });
  const ab = new Float32Array(2);
  const state = { seed: 1, step: 1, steps: 3, width: 1, height: 1, latent: ab };
  const preview = { width: 1, height: 1, rgba: new Uint8ClampedArray(4) };
  const planes = { width: 1, height: 1, ab, modelName: 'A model', made: 'seed 1' };
  recorder.hear({ stage: 'recolour', event: { kind: 'step', step: 1, steps: 3, preview, state } });
  recorder.hear({
    stage: 'recolour',
    event: { kind: 'candidate', candidate: { seed: 1, planes } },
  });
  const error = new AppError('gpu/failed', 'It failed.');
  const entry = recorder.end({ ...ended, error });
  expect(entry.outcome).toBe('failed');
  expect(entry.sampling).toEqual({ tiles: null, passes: null, steps: 3, wanted: 8, drawn: 1 });
});

test('an entry of an earlier version is a run that coloured', () => {
  const { task: _task, sampling: _sampling, ...early } = new RunRecorder(facts).end(ended);
  expect(v.parse(entrySchema, early)).toMatchObject({ task: 'colour', sampling: null });
});
