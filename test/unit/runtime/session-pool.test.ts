import type { InferenceSession } from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { SessionPool } from '../../../src/runtime/session-pool.ts';

/** Stands for a session; its creation and release are written to a log. */
function sessionMaker() {
  const log: string[] = [];
  const make = (name: string) => async () => {
    log.push(`+${name}`);
    return { release: async () => void log.push(`-${name}`) } as unknown as InferenceSession;
  };
  return { log, make };
}

test('a session is made once, and the one used longest ago goes first', async () => {
  const { log, make } = sessionMaker();
  const pool = new SessionPool(2);
  const a = await pool.get('a', make('a'));
  await pool.get('b', make('b'));
  expect(await pool.get('a', make('a'))).toBe(a);
  await pool.get('c', make('c'));
  expect(log).toEqual(['+a', '+b', '-b', '+c']);
  expect([pool.has('a'), pool.has('b'), pool.has('c')]).toEqual([true, false, true]);
});

test('a creation that fails is forgotten and does not hold up the next', async () => {
  const { make } = sessionMaker();
  const pool = new SessionPool(2);
  const failing = pool.get('a', () => Promise.reject(new Error('no memory')));
  const next = pool.get('a', make('a'));
  await expect(failing).rejects.toThrow('no memory');
  await expect(next).resolves.toBeDefined();
});

test('clearing waits for a session that is being made, and releases it', async () => {
  const { log, make } = sessionMaker();
  const pool = new SessionPool(2);
  void pool.get('a', make('a'));
  await pool.clear();
  expect(log).toEqual(['+a', '-a']);
  expect(pool.has('a')).toBe(false);
});
