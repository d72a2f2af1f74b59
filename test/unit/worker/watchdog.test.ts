import { expect, test } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { watched, type Allow } from '../../../src/worker/watchdog.ts';

const TICK_MS = 2;
const stalled = (limitMs: number) =>
  new AppError('gpu/stalled', 'It hangs.', { detail: { limitMs } });
const never = new Promise<never>(() => {});

test('work that settles is answered as it is, well or not', async () => {
  const work = (allow: Allow) => {
    allow(10);
    return Promise.resolve('done');
  };
  await expect(watched(work, stalled, TICK_MS)).resolves.toBe('done');
  const fail = () => Promise.reject(new Error('no'));
  await expect(watched(fail, stalled, TICK_MS)).rejects.toThrow('no');
});

test('work that never settles ends with the limit it had last', async () => {
  const work = (allow: Allow) => {
    allow(4 * TICK_MS);
    allow(2 * TICK_MS);
    return never;
  };
  await expect(watched(work, stalled, TICK_MS)).rejects.toMatchObject({
    code: 'gpu/stalled',
    detail: { limitMs: 2 * TICK_MS },
  });
});

test('each allowance begins to wait anew, and Infinity waits for ever', async () => {
  const order: string[] = [];
  const ticks = (count: number) =>
    new Promise<void>((resolve) => {
      let left = count;
      const timer = setInterval(() => {
        if (--left > 0) return;
        clearInterval(timer);
        resolve();
      }, TICK_MS);
    });
  const work = async (allow: Allow) => {
    allow(Infinity);
    await ticks(6);
    order.push('waited');
    for (let part = 0; part < 4; part++) {
      allow(5 * TICK_MS);
      await ticks(2);
    }
    return 'done';
  };
  await expect(watched(work, stalled, TICK_MS)).resolves.toBe('done');
  expect(order).toEqual(['waited']);
});

test('a busy thread counts as one tick, however long it was busy', async () => {
  const work = async (allow: Allow) => {
    allow(3 * TICK_MS);
    const until = performance.now() + 20 * TICK_MS;
    while (performance.now() < until);
    await Promise.resolve();
    return 'done';
  };
  await expect(watched(work, stalled, TICK_MS)).resolves.toBe('done');
});
