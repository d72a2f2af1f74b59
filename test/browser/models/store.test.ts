import { createStore, get, set } from 'idb-keyval';
import { expect, test } from 'vitest';
import { sha256Of } from '../../../src/models/integrity.ts';
import { ContentStore } from '../../../src/models/store.ts';

const database = 'store-test';
const file = new Blob([new Uint8Array(5000).fill(7)]);

test('a file comes back by its hash, in this life and in the next', async () => {
  const sha256 = await sha256Of(file);
  const store = await ContentStore.open(database);
  expect(await store.get(sha256)).toBeNull();
  await store.put(sha256, file);
  expect((await store.get(sha256))?.size).toBe(5000);
  const next = await ContentStore.open(database);
  expect((await next.get(sha256))?.size).toBe(5000);
  expect(next.problem).toBeNull();
});

test('a file that the disk has damaged is dropped, not handed out', async () => {
  const sha256 = await sha256Of(new Blob(['what it should be']));
  const table = createStore(database, 'files');
  await set(sha256, new Blob(['what it has become']), table);
  const store = await ContentStore.open(database);
  expect(await store.get(sha256)).toBeNull();
  expect(await get(sha256, table)).toBeUndefined();
});

test('what is here is told by name and length, without reading it', async () => {
  const sha256 = await sha256Of(file);
  const store = await ContentStore.open(database);
  await store.put(sha256, file);
  expect(await store.has(sha256, 5000)).toBe(true);
  expect(await store.has(sha256, 4999)).toBe(false);
  expect(await store.has(await sha256Of(new Blob(['another'])), 7)).toBe(false);
});

test('documents are kept by name, apart from files', async () => {
  const store = await ContentStore.open(database);
  expect(await store.recall('card')).toBeNull();
  await store.remember('card', { schema: 1 });
  expect(await (await ContentStore.open(database)).recall('card')).toEqual({ schema: 1 });
});
