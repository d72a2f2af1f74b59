import { expect, test } from 'vitest';
import { inPipeline } from '../../../src/cli/pipeline.mjs';
import type { ErrorCode } from '../../../src/shared/errors.ts';
import type { Outcome } from '../../../src/shared/outcome.ts';

type Result = { item: string; outcome: Outcome<null> };

/** Work that ends when it is told to, and keeps a list of what is under way. */
class Bench {
  readonly underWay: string[] = [];
  most = 0;
  readonly #ends = new Map<string, (result: Result) => void>();

  readonly work = (item: string): Promise<Result> => {
    this.underWay.push(item);
    this.most = Math.max(this.most, this.underWay.length);
    return new Promise((resolve) => this.#ends.set(item, resolve));
  };

  end(item: string, code?: ErrorCode): void {
    this.underWay.splice(this.underWay.indexOf(item), 1);
    this.#ends.get(item)!({ item, outcome: outcomeOf(code) });
  }
}

function outcomeOf(code?: ErrorCode): Outcome<null> {
  if (!code) return { ok: true, value: null };
  return { ok: false, error: { code, message: '', detail: {}, stack: '' } };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function started(bench: Bench, items: string[]): { results: string[]; done: Promise<void> } {
  const results: string[] = [];
  const take = async () => {
    for await (const { item, outcome } of inPipeline(items, bench.work, 3)) {
      results.push(outcome.ok ? item : `${item} ${outcome.error.code}`);
    }
  };
  return { results, done: take() };
}

test('results come in the order of the items, however the work ends; never more than so many at once', async () => {
  const bench = new Bench();
  const { results, done } = started(bench, ['a', 'b', 'c', 'd', 'e']);
  await settled();
  expect(bench.underWay).toEqual(['a', 'b', 'c']);
  bench.end('c');
  bench.end('b', 'input/corrupt');
  await settled();
  expect(bench.underWay, 'what waits for the first is under way too').toEqual(['a']);
  bench.end('a');
  await settled();
  expect(bench.underWay).toEqual(['d', 'e']);
  bench.end('e');
  bench.end('d');
  await done;
  expect(results).toEqual(['a', 'b input/corrupt', 'c', 'd', 'e']);
  expect(bench.most).toBe(3);
});

test('what failed in company is done again alone, and may fail again', async () => {
  const bench = new Bench();
  const { results, done } = started(bench, ['a', 'b', 'c', 'd']);
  await settled();
  for (const item of ['a', 'b', 'c']) bench.end(item, 'worker/crashed');
  await settled();
  expect(bench.underWay).toEqual(['a']);
  bench.end('a', 'worker/crashed');
  await settled();
  expect(results).toEqual(['a worker/crashed']);
  expect(bench.underWay, 'the second waits until it is alone').toEqual(['d']);
  for (const item of ['d', 'b', 'c']) {
    expect(bench.underWay).toEqual([item]);
    bench.end(item);
    await settled();
  }
  await done;
  expect(results).toEqual(['a worker/crashed', 'b', 'c', 'd']);
});

test('work that can go on no more ends it all', async () => {
  const work = (item: string) =>
    item === 'b'
      ? Promise.reject(new Error('closed'))
      : Promise.resolve({ item, outcome: outcomeOf() });
  const results: string[] = [];
  const all = async () => {
    for await (const { item } of inPipeline(['a', 'b', 'c'], work, 3)) results.push(item);
  };
  await expect(all()).rejects.toThrow('closed');
  expect(results).toEqual(['a']);
});
