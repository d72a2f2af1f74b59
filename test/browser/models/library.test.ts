import { clear, createStore } from 'idb-keyval';
import { beforeEach, expect, test } from 'vitest';
import { parseCard, type ContentFile, type ModelCard } from '../../../src/models/card.ts';
import { sha256Of } from '../../../src/models/integrity.ts';
import { ModelLibrary } from '../../../src/models/library.ts';
import { ContentStore } from '../../../src/models/store.ts';

const catalogue = new URL('/models/catalogue.json', location.href);
const origin = { kind: 'folder', name: 'tiny' } as const;

beforeEach(() => clear(createStore('autochrome-content', 'files')));

/** The shipped model's card with two shards of its own, under the id of a kept one. */
async function tiny(): Promise<{ card: ModelCard; files: Map<string, Blob> }> {
  const shipped = parseCard(await (await fetch('/models/ddcolor-pico/card.json')).json());
  const files = new Map<string, Blob>();
  const shards: ContentFile[] = [];
  for (const text of ['first', 'second']) {
    const blob = new Blob([text]);
    const sha256 = await sha256Of(blob);
    files.set(sha256, blob);
    shards.push({ file: `shards/${text}.bin`, bytes: blob.size, sha256 });
  }
  const weights = { ...shipped.weights, bytes: 11, shards };
  return { card: { ...shipped, id: 'tiny.0123456789ab', name: 'Tiny', weights }, files };
}

const namesIn = async (library: ModelLibrary) =>
  (await library.all()).map(({ model }) => model.card.name);

test('what a worker was keeping when it was ended is dropped at the next visit', async () => {
  const { card, files } = await tiny();
  const keeper = new Worker(new URL('./library-keeper.worker.ts', import.meta.url), {
    type: 'module',
  });
  const left = await new Promise<string>((resolve, reject) => {
    keeper.addEventListener('message', ({ data }: MessageEvent<string>) => resolve(data));
    keeper.addEventListener('error', reject);
    keeper.postMessage([card, files]);
  });
  keeper.terminate();
  const store = await ContentStore.open();
  expect(await store.get(left)).not.toBeNull();
  const library = new ModelLibrary(catalogue, store);
  expect(await namesIn(library)).toEqual(['DDColor pico']);
  await expect.poll(() => store.get(left)).toBeNull();
  await library.keep(card, origin, files);
  const next = new ModelLibrary(catalogue, store);
  expect(await namesIn(next)).toEqual(['DDColor pico', 'Tiny']);
  await next.remove(card.id);
  expect(await store.get(left)).toBeNull();
});

test('where the list cannot be changed, a model is not removed, nor its files', async () => {
  const { card, files } = await tiny();
  const store = await ContentStore.open();
  const library = new ModelLibrary(catalogue, store);
  await library.keep(card, origin, files);
  store.remember = () => Promise.resolve(false);
  await expect(library.remove(card.id)).rejects.toMatchObject({ code: 'store/denied' });
  for (const sha256 of files.keys()) expect(await store.get(sha256)).not.toBeNull();
  expect(await namesIn(library)).toContain('Tiny');
});

test('what a later version has put on the list stays there', async () => {
  const { card, files } = await tiny();
  const store = await ContentStore.open();
  const later = { schema: 2, card: { id: 'later' } };
  await store.remember('added-models', [later]);
  const library = new ModelLibrary(catalogue, store);
  await library.keep(card, origin, files);
  expect(await namesIn(library)).toEqual(['DDColor pico', 'Tiny']);
  await library.remove(card.id);
  expect(await store.recall('added-models')).toEqual([later]);
});

test('what was only in memory for another model is kept for this one', async () => {
  const { card, files } = await tiny();
  const store = await ContentStore.open();
  const [shared] = files.keys();
  // A browser that has no room, and then some again.
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException('Full.', 'QuotaExceededError');
  };
  await store.put(shared!, files.get(shared!)!);
  IDBObjectStore.prototype.put = put;
  expect(store.problem).toBe('quota');
  await new ModelLibrary(catalogue, store).keep(card, origin, files);
  const next = await ContentStore.open();
  for (const sha256 of files.keys()) expect(await next.get(sha256)).not.toBeNull();
});

test('what another tab has removed is kept anew', async () => {
  const { card, files } = await tiny();
  const [here, there] = [await ContentStore.open(), await ContentStore.open()];
  const library = new ModelLibrary(catalogue, here);
  await library.keep(card, origin, files);
  await new ModelLibrary(catalogue, there).remove(card.id);
  await library.keep(card, origin, files);
  const next = await ContentStore.open();
  for (const sha256 of files.keys()) expect(await next.get(sha256)).not.toBeNull();
});
