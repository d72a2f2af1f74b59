import { expect, test } from 'vitest';
import { Pool, type Pooled } from '../../../src/runtime/pool.ts';

/** Things of some bytes that note when they are made and disposed. */
function makerOf(log: string[]) {
  return (name: string, bytes: number) => (): Promise<Pooled<string>> => {
    log.push(`make ${name}`);
    return Promise.resolve({ value: name, bytes, dispose: () => void log.push(`drop ${name}`) });
  };
}

test('what two lease exists once, and goes when the last has released it and memory is wanted', async () => {
  const log: string[] = [];
  const make = makerOf(log);
  const pool = new Pool(100);
  const [first, second] = await Promise.all([
    pool.lease('weights', 10, make('weights', 10)),
    pool.lease('weights', 10, make('weights', 10)),
  ]);
  expect(first.value).toBe(second.value);
  first.release();
  first.release();
  await pool.shrink(0);
  expect(log, 'still leased').toEqual(['make weights']);
  second.release();
  await pool.shrink(0);
  expect(log).toEqual(['make weights', 'drop weights']);
  expect(pool.bytes).toBe(0);
});

test('room is made before a creation, least recently used first, and never of what is leased', async () => {
  const log: string[] = [];
  const make = makerOf(log);
  const pool = new Pool(30);
  (await pool.lease('old', 10, make('old', 10))).release();
  const kept = await pool.lease('leased', 10, make('leased', 10));
  (await pool.lease('young', 10, make('young', 10))).release();
  (await pool.lease('old', 10, make('old', 10))).release();
  (await pool.lease('new', 10, make('new', 10))).release();
  expect(log.slice(3)).toEqual(['drop young', 'make new']);
  (await pool.lease('large', 25, make('large', 25))).release();
  expect(log.slice(5)).toEqual(['drop old', 'drop new', 'make large']);
  kept.release();
});

test('a cap that was lowered holds also where nothing has to be made', async () => {
  const log: string[] = [];
  const make = makerOf(log);
  const pool = new Pool(30);
  for (const name of ['first', 'second', 'third']) {
    (await pool.lease(name, 10, make(name, 10))).release();
  }
  pool.capBytes = 15;
  const lease = await pool.lease('first', 10, make('first', 10));
  expect(lease.value).toBe('first');
  expect(log.slice(3)).toEqual(['drop second', 'drop third']);
});

test('what holds a share of something else keeps it, and frees it by its own end', async () => {
  const log: string[] = [];
  const make = makerOf(log);
  const pool = new Pool(100);
  const weights = await pool.lease('weights', 10, make('weights', 10));
  const network = await pool.lease('network', 10, () => {
    const own = weights.share();
    const dispose = () => {
      log.push('drop network');
      own.release();
    };
    return Promise.resolve({ value: 'network', bytes: 10, dispose });
  });
  weights.release();
  network.release();
  await pool.shrink(0);
  expect(log).toEqual(['make weights', 'drop network', 'drop weights']);
});

test('creations follow one another, and a failed one is forgotten', async () => {
  const pool = new Pool(100);
  const order: string[] = [];
  const slow = pool.lease('slow', 1, async () => {
    order.push('slow begins');
    await Promise.resolve();
    order.push('slow ends');
    throw new Error('refused');
  });
  const after = pool.lease('after', 1, () => {
    order.push('after');
    return Promise.resolve({ value: 1, bytes: 1, dispose() {} });
  });
  await expect(slow).rejects.toThrow('refused');
  await after;
  expect(order).toEqual(['slow begins', 'slow ends', 'after']);
  const again = await pool.lease('slow', 1, () =>
    Promise.resolve({ value: 2, bytes: 1, dispose() {} }),
  );
  expect(again.value).toBe(2);
});
