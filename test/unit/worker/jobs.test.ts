import { expect, test } from 'vitest';
import { Jobs } from '../../../src/worker/jobs.ts';

/** Work that ends when it is told to, or when it is aborted. */
function pausedWork() {
  let finish = () => {};
  const work = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      finish = () => resolve('done');
      signal.addEventListener('abort', () => reject(new Error('stopped by itself')));
    });
  return { work, finish: () => finish() };
}

test('heavy jobs take turns', async () => {
  const jobs = new Jobs();
  const first = pausedWork();
  const order: string[] = [];
  const one = jobs.runInTurn('1', first.work).then(() => order.push('one'));
  const two = jobs.runInTurn('2', () => Promise.resolve(order.push('two begins')));
  await Promise.resolve();
  expect(order).toEqual([]);
  first.finish();
  await Promise.all([one, two]);
  expect(order).toContain('one');
  expect(order).toContain('two begins');
});

test('a job cancelled while it waits ends at once and never begins', async () => {
  const jobs = new Jobs();
  const first = pausedWork();
  const one = jobs.runInTurn('1', first.work);
  let hasBegun = false;
  const two = jobs.runInTurn('2', () => Promise.resolve((hasBegun = true)));
  jobs.cancel('2');
  await expect(two).rejects.toMatchObject({ code: 'job/aborted' });
  first.finish();
  await expect(one).resolves.toBe('done');
  expect(hasBegun).toBe(false);
});

test('a running job hears its cancel and ends itself; the next one has its turn', async () => {
  const jobs = new Jobs();
  const one = jobs.runInTurn('1', pausedWork().work);
  const two = jobs.runInTurn('2', () => Promise.resolve('next'));
  await new Promise((resolve) => setImmediate(resolve));
  jobs.cancel('1');
  await expect(one).rejects.toThrow('stopped by itself');
  await expect(two).resolves.toBe('next');
});

test('what waits its turn comes after the jobs before it, whatever becomes of them', async () => {
  const jobs = new Jobs();
  const order: string[] = [];
  const one = jobs.runInTurn('1', () => Promise.reject(new Error('fails')));
  const between = jobs.inTurn(() => Promise.resolve(order.push('between')));
  const two = jobs.runInTurn('2', () => Promise.resolve(order.push('two')));
  await expect(one).rejects.toThrow('fails');
  await Promise.all([between, two]);
  expect(order).toEqual(['between', 'two']);
  await expect(jobs.inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(jobs.runInTurn('3', () => Promise.resolve('next'))).resolves.toBe('next');
});
