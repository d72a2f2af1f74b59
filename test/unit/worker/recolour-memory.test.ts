import { expect, test } from 'vitest';
import type { Attempt, Progress } from '../../../src/worker/protocol.ts';
import { RecolourMemory } from '../../../src/worker/recolour-memory.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { WorkerDied } from '../../../src/worker/worker-life.ts';

const ab = new Float32Array(2);
const keep = () => undefined;
const died = () => new WorkerDied('The engine has crashed.', {});

function stepOf(seed: number, step: number): Progress {
  const state = { seed, step, steps: 3, width: 1, height: 1, latent: ab };
  const preview = { width: 1, height: 1, rgba: new Uint8ClampedArray(4) };
  return { stage: 'recolour', event: { kind: 'step', step, steps: 3, preview, state } };
}

function candidateOf(seed: number): Progress {
  const planes = { width: 1, height: 1, ab, modelName: 'A model', made: `seed ${seed}` };
  return { stage: 'recolour', event: { kind: 'candidate', candidate: { seed, planes } } };
}

test('the next worker gets what was done, and each of the others where it stood last', async () => {
  const heard: Progress[] = [];
  const memory = new RecolourMemory((progress) => void heard.push(progress));
  expect(memory.resume).toBeNull();
  let lives = 0;
  const answer = await memory.outlive(async () => {
    lives++;
    if (lives === 2) return memory.resume;
    for (const told of [stepOf(1, 1), stepOf(2, 1), stepOf(1, 2), candidateOf(1), stepOf(2, 2)]) {
      await memory.hear(told);
    }
    throw died();
  }, keep);
  expect(answer?.done.map(({ seed }) => seed)).toEqual([1]);
  expect(answer?.underWay.map(({ seed, step }) => [seed, step])).toEqual([[2, 2]]);
  expect(heard).toHaveLength(5);
  expect(memory.isSuspect).toBe(false);
});

test('workers that die without a step between them are not replaced for ever', async () => {
  const memory = new RecolourMemory(undefined);
  let lives = 0;
  const work = memory.outlive(async () => {
    lives++;
    // The first one moves, and none of those that follow.
    if (lives === 1) await memory.hear(stepOf(1, 1));
    throw died();
  }, keep);
  await expect(work).rejects.toBeInstanceOf(WorkerDied);
  expect(lives).toBe(4);
  expect(memory.isSuspect).toBe(true);
});

test('what moves on is replaced as often as it takes; other errors are not its business', async () => {
  const memory = new RecolourMemory(undefined);
  let lives = 0;
  const work = memory.outlive(async () => {
    lives++;
    await memory.hear(stepOf(1, lives));
    if (lives < 9) throw died();
    throw new Error('Something else.');
  }, keep);
  await expect(work).rejects.toThrow('Something else.');
  expect(lives).toBe(9);
});

test('where memory has run out an empty worker goes on with what is left, once', async () => {
  const memory = new RecolourMemory(undefined);
  const exhausted = new AppError('memory/exhausted', 'The page ran out of memory.');
  const lives: (number | undefined)[] = [];
  let replaced = 0;
  const work = memory.outlive(
    async () => {
      lives.push(memory.resume?.underWay[0]?.step);
      await memory.hear(stepOf(1, lives.length));
      throw exhausted;
    },
    () => void replaced++,
  );
  await expect(work).rejects.toBe(exhausted);
  expect(lives).toEqual([undefined, 1]);
  expect(replaced, 'the next run has an empty worker too').toBe(2);
});

test('a try that took its worker with it is told as one that failed', async () => {
  const heard: Progress[] = [];
  const memory = new RecolourMemory((progress) => void heard.push(progress));
  const attempt = { plan: { backend: 'webgpu' }, error: null } as Attempt;
  let lives = 0;
  await memory.outlive(async () => {
    await memory.hear({ stage: 'begin', attempt });
    if (++lives === 1) throw died();
    await memory.hear({ stage: 'attempt', attempt });
  }, keep);
  expect(memory.attempts.map(({ error }) => error?.code)).toEqual(['worker/crashed', undefined]);
  expect(heard.map(({ stage }) => stage)).toEqual(['begin', 'attempt', 'begin', 'attempt']);
});
