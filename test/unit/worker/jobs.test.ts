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

test('what waits its turn within a job ends at once when that is cancelled, and never begins', async () => {
  const jobs = new Jobs();
  const first = pausedWork();
  const one = jobs.runInTurn('1', first.work);
  let hasBegun = false;
  const trial = () => Promise.resolve((hasBegun = true));
  const two = jobs.run('2', (signal) => jobs.inTurn(trial, signal));
  const three = jobs.run('3', (signal) => {
    jobs.cancel('3');
    return jobs.inTurn(trial, signal);
  });
  jobs.cancel('2');
  await expect(two).rejects.toMatchObject({ code: 'job/aborted' });
  await expect(three).rejects.toMatchObject({ code: 'job/aborted' });
  first.finish();
  await expect(one).resolves.toBe('done');
  await jobs.inTurn(() => Promise.resolve());
  expect(hasBegun).toBe(false);
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

const keep = () => {};

/** Lets every promise that can settle do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('the second part of a job goes on beside the next one', async () => {
  const jobs = new Jobs();
  const encoding = pausedWork();
  const saved = jobs.runInTwoParts(
    'save',
    () => Promise.resolve('drawn'),
    async (drawn) => `${drawn}, ${await encoding.work(new AbortController().signal)}`,
    keep,
  );
  await expect(jobs.runInTurn('next', () => Promise.resolve('ran'))).resolves.toBe('ran');
  encoding.finish();
  await expect(saved).resolves.toBe('drawn, done');
});

test('what one job hands over is gone before the next one makes its own, which may read meanwhile', async () => {
  const jobs = new Jobs();
  const encoding = pausedWork();
  const begun: string[] = [];
  const save = (name: string) =>
    jobs.runInTwoParts(
      name,
      async (_, isFree) => {
        begun.push(`${name} is read`);
        await isFree();
        begun.push(name);
      },
      () => encoding.work(new AbortController().signal),
      keep,
    );
  const first = save('first');
  const second = save('second');
  await settled();
  expect(begun).toEqual(['first is read', 'first', 'second is read']);
  encoding.finish();
  await first;
  await settled();
  expect(begun.at(-1)).toBe('second');
  encoding.finish();
  await second;
});

test('a job cancelled in its second part ends at once, and so does one that waits for it', async () => {
  const jobs = new Jobs();
  const encoding = pausedWork();
  const first = jobs.runInTwoParts(
    'first',
    () => Promise.resolve(),
    () => encoding.work(new AbortController().signal),
    keep,
  );
  await settled();
  const second = jobs.runInTwoParts(
    'second',
    async (_, isFree) => {
      await isFree();
      throw new Error('begun');
    },
    () => Promise.resolve(),
    keep,
  );
  await settled();
  jobs.cancel('second');
  await expect(second).rejects.toMatchObject({ code: 'job/aborted' });
  jobs.cancel('first');
  await expect(first).rejects.toMatchObject({ code: 'job/aborted' });
});

test('a second part that fails fails its own job only', async () => {
  const jobs = new Jobs();
  const failing = jobs.runInTwoParts(
    'failing',
    () => Promise.resolve(),
    () => Promise.reject(new Error('no canvas')),
    keep,
  );
  await expect(failing).rejects.toThrow('no canvas');
  const next = jobs.runInTwoParts(
    'next',
    () => Promise.resolve(1),
    (one) => Promise.resolve(one + 1),
    keep,
  );
  await expect(next).resolves.toBe(2);
});

test('what a job cancelled in its first part has made is freed, and no second part begins', async () => {
  const jobs = new Jobs();
  const drawing = pausedWork();
  const freed: string[] = [];
  const save = jobs.runInTwoParts(
    'save',
    () => drawing.work(new AbortController().signal),
    () => Promise.reject(new Error('begun')),
    (drawn) => void freed.push(drawn),
  );
  await settled();
  jobs.cancel('save');
  drawing.finish();
  await expect(save).rejects.toMatchObject({ code: 'job/aborted' });
  expect(freed).toEqual(['done']);
});
