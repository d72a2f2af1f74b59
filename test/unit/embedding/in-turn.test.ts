import { expect, test } from 'vitest';
import { InTurn } from '../../../src/embedding/in-turn.ts';

const never = new AbortController().signal;

test('work is done one after another, whatever fails', async () => {
  const queue = new InTurn();
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    queue.do(async () => {
      events.push(`+${name}`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`-${name}`);
      if (fails) throw new Error(name);
      return name;
    }, never);
  const all = [work('a'), work('b', true), work('c')];
  expect(queue.length).toBe(3);
  const ends = await Promise.allSettled(all);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(events.join(' ')).toBe('+a -a +b -b +c -c');
  expect(queue.length).toBe(0);
});

test('what is cancelled while it waits ends at once and never begins', async () => {
  const queue = new InTurn();
  const stop = new AbortController();
  let open = () => {};
  const first = queue.do(() => new Promise<void>((resolve) => (open = resolve)), never);
  let hasBegun = false;
  const second = queue.do(async () => void (hasBegun = true), stop.signal);
  stop.abort();
  await expect(second).rejects.toMatchObject({ code: 'job/aborted' });
  await new Promise((resolve) => setImmediate(resolve));
  open();
  await first;
  await queue.do(async () => undefined, never);
  expect(hasBegun).toBe(false);
  await expect(queue.do(async () => undefined, stop.signal)).rejects.toMatchObject({
    code: 'job/aborted',
  });
});
