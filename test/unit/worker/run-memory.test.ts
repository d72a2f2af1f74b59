import { expect, test } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import type { Attempt, Progress } from '../../../src/worker/protocol.ts';
import { RunMemory } from '../../../src/worker/run-memory.ts';
import { WorkerDied } from '../../../src/worker/worker-life.ts';

const attemptAt = (backend: 'webgpu' | 'wasm', size: number) =>
  ({ plan: { backend, size }, error: null }) as Attempt;
const died = () => new WorkerDied('The engine has crashed.', {});
const noReplacing = () => expect.unreachable('No worker is used up.');

/** A run whose every life does the next of `lives`, told as the page hears it. */
function runOf(lives: ((hear: RunMemory['hear'], failed: readonly Attempt[]) => void)[]) {
  const heard: Progress[] = [];
  const memory = new RunMemory((progress) => void heard.push(progress));
  const next = lives.values();
  const send = () => {
    next.next().value!(memory.hear, [...memory.failed]);
    return Promise.resolve('done');
  };
  return { memory, heard, send };
}

test('a run goes on after each death, with the dead worker’s try among the failed', async () => {
  const sizes: number[][] = [];
  const { memory, heard, send } = runOf([
    (hear, failed) => {
      sizes.push(failed.map(({ plan }) => plan.size));
      void hear({ stage: 'begin', attempt: attemptAt('webgpu', 512) });
      throw died();
    },
    (hear, failed) => {
      sizes.push(failed.map(({ plan }) => plan.size));
      void hear({ stage: 'begin', attempt: attemptAt('webgpu', 384) });
      const error = { code: 'gpu/failed', message: 'No.', detail: {} } as const;
      void hear({ stage: 'attempt', attempt: { ...attemptAt('webgpu', 384), error } });
      void hear({ stage: 'begin', attempt: attemptAt('webgpu', 256) });
      throw died();
    },
    (_, failed) => sizes.push(failed.map(({ plan }) => plan.size)),
  ]);
  await expect(memory.outlive(send, noReplacing)).resolves.toBe('done');
  expect(sizes).toEqual([[], [512], [512, 384, 256]]);
  const told = heard.flatMap((progress) =>
    progress.stage === 'attempt' ? [progress.attempt.error?.code] : [],
  );
  expect(told).toEqual(['worker/crashed', 'gpu/failed', 'worker/crashed']);
});

test('a worker that dies before it tried anything is replaced once', async () => {
  const dies = () => {
    throw died();
  };
  const twice = runOf([dies, dies]);
  await expect(twice.memory.outlive(twice.send, noReplacing)).rejects.toBeInstanceOf(WorkerDied);
  const once = runOf([dies, () => {}]);
  await expect(once.memory.outlive(once.send, noReplacing)).resolves.toBe('done');
  expect(once.memory.failed).toEqual([]);
});

test('where wasm’s memory is used up the run goes on in a new worker, and ends where no rung is left', async () => {
  const error = { code: 'memory/exhausted', message: 'Full.', detail: {} } as const;
  const { memory, send } = runOf([
    (hear) => {
      void hear({ stage: 'attempt', attempt: { ...attemptAt('wasm', 256), error } });
      throw new AppError('memory/exhausted', 'Full.');
    },
    () => {
      throw new AppError('memory/exhausted', 'Nothing is left.');
    },
  ]);
  let replaced = 0;
  await expect(memory.outlive(send, () => replaced++)).rejects.toThrow('Nothing is left.');
  expect(replaced).toBe(1);
});

test('any other failure is the run’s own', async () => {
  const { memory, send } = runOf([
    () => {
      throw new AppError('net/offline', 'No connection.');
    },
  ]);
  await expect(memory.outlive(send, noReplacing)).rejects.toMatchObject({ code: 'net/offline' });
});
