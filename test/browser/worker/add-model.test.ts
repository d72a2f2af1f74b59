import { createStore, set } from 'idb-keyval';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Of } from '../../../src/models/integrity.ts';
import { Engine } from '../../../src/worker/client.ts';
import type { ModelOffer } from '../../../src/worker/model-protocol.ts';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { ColorizeWish, Progress } from '../../../src/worker/protocol.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';

// Real files through the real engine, in a real worker, on wasm.
const wish: ColorizeWish = { kind: 'auto', size: 64, device: 'wasm', wantsPreview: false };
const look = { strength: 1, saturation: 1 };
const shipped = '/models/ddcolor-pico/';

type Card = {
  id: string;
  name: string;
  weights: { tensors: ContentFile; shards: ContentFile[] };
  onnx: Record<string, ContentFile>;
  output: { chromaGain: number };
  memory?: unknown;
};
type ContentFile = { file: string; bytes: number; sha256: string };
type Folder = Map<string, Blob>;

let engine: Engine;
beforeEach(async () => {
  for (const name of ['autochrome-content', 'autochrome-arrivals']) await deleteDatabase(name);
  const url = new URL('./engine-at-root.worker.ts', import.meta.url);
  engine = new Engine(() => new Worker(url, { type: 'module' }));
});
afterEach(() => engine.terminate());

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    Object.assign(request, { onsuccess: resolve, onblocked: resolve, onerror: resolve });
  });
}

async function shippedCard(): Promise<Card> {
  return (await (await fetch(`${shipped}card.json`)).json()) as Card;
}

/** The shipped model as a folder of another id, a little changed, without its own figures of memory. */
async function copyOfShipped(change: (card: Card, folder: Folder) => unknown = () => {}) {
  const card = await shippedCard();
  const folder: Folder = new Map();
  const files = [card.weights.tensors, ...card.weights.shards, ...Object.values(card.onnx)];
  for (const { file } of files) folder.set(file, await (await fetch(shipped + file)).blob());
  delete card.memory;
  card.id = 'copy';
  card.name = 'A copy';
  card.output.chromaGain = 0.5;
  await change(card, folder);
  folder.set('card.json', new Blob([JSON.stringify(card)]));
  return offerOf(folder);
}

function offerOf(folder: Folder): ModelOffer {
  const files = [...folder].map(([path, file]) => ({ path: `copy/${path}`, file }));
  return { kind: 'folder', name: 'copy', files };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );

async function keptFiles(): Promise<string[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('autochrome-content');
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error!));
  });
  const keys = await new Promise<IDBValidKey[]>((resolve) => {
    const request = database.transaction('files').objectStore('files').getAllKeys();
    request.addEventListener('success', () => resolve(request.result));
  });
  database.close();
  return keys.filter((key): key is string => /^[0-9a-f]{64}$/.test(String(key)));
}

/** Colours a photograph, and draws it. */
async function pixelsOf(photograph: OpenPhotograph, wanted: ColorizeWish) {
  const { plan } = await photograph.colorize(wanted);
  const { width, height } = photograph.info;
  const region = { x: 0, y: 0, width, height };
  const bitmap = await photograph.view({ of: 'coloured', region, width: 64, height: 64, look });
  const context = new OffscreenCanvas(64, 64).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return { plan, data: context.getImageData(0, 0, 64, 64).data };
}

/** Of one picture from another, in levels of 0–255. */
function mostDifference(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  return one.reduce((most, level, i) => Math.max(most, Math.abs(level - other[i]!)), 0);
}

async function databases(): Promise<(string | undefined)[]> {
  return (await indexedDB.databases()).map(({ name }) => name);
}

/** How colourful a model makes a photograph, and what the saved file calls that model. */
async function colourfulness(model: string | undefined): Promise<{ name: string; mean: number }> {
  const photograph = await engine.open(await drawnPhotograph(64, 64, 'image/png'), 'scene.png');
  const { plan, data } = await pixelsOf(photograph, { ...wish, ...(model && { model }) });
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  const saved = await photograph.save({ format: 'png', quality: 1, look });
  expect(await saved.blob.text()).toContain(plan.modelName);
  return { name: plan.modelName, mean: sum / (data.length / 4) };
}

test('a folder is checked, kept beside the shipped model, used, and removed without what that shares', async () => {
  const heard: Progress[] = [];
  const onProgress = (progress: Progress) => void heard.push(progress);
  const before = await colourfulness(undefined);
  const kept = await keptFiles();
  // Of its graphs nothing is read, kept or run.
  const offer = await copyOfShipped((_, folder) => {
    folder.set('encode.onnx', new Blob(['not a graph']));
    folder.delete('paint.onnx');
  });
  const added = await engine.addModel(offer, { onProgress });
  expect(added).toMatchObject({ name: 'A copy', origin: { kind: 'folder', name: 'copy' } });
  expect(added.id).toMatch(/^copy\.[0-9a-f]{12}$/);
  const last = heard.findLast(({ stage }) => stage === 'check');
  const { weights, onnx } = await shippedCard();
  const theirs = Object.values(onnx).map(({ sha256 }) => sha256);
  const ours = (await keptFiles()).filter((sha256) => !kept.includes(sha256));
  expect(ours).toHaveLength(2);
  expect(theirs).not.toContain(ours[0]);
  expect(theirs).not.toContain(ours[1]);
  const bytes = weights.tensors.bytes + weights.shards.reduce((sum, shard) => sum + shard.bytes, 0);
  expect(last).toMatchObject({ loadedBytes: bytes, totalBytes: bytes });
  engine.terminate();
  const ids = (await engine.models()).map(({ id }) => id);
  expect(ids).toEqual(['ddcolor-pico', added.id]);
  const after = await colourfulness(added.id);
  expect(after.name).toBe('A copy');
  expect(after.mean).toBeLessThan(0.7 * before.mean);
  await engine.removeModel(added.id);
  expect((await engine.models()).map(({ id }) => id)).toEqual(['ddcolor-pico']);
  expect((await keptFiles()).sort()).toEqual(kept.sort());
  const gone = await colourfulness(added.id);
  expect(gone.name).toBe(before.name);
}, 60_000);

test('an outside model never takes the id or the name of a shipped one', async () => {
  const offer = await copyOfShipped((card) => {
    card.id = 'ddcolor-pico';
    card.name = 'DDColor pico';
  });
  const first = await engine.addModel(offer);
  const again = await engine.addModel(offer);
  expect(again.id).toBe(first.id);
  const models = await engine.models();
  expect(models.map(({ name }) => name)).toEqual(['DDColor pico', 'DDColor pico (2)']);
  expect(models[0]!.origin).toBeNull();
}, 60_000);

test('what an earlier visit left of a model that was fetched is dropped, and so is what adding leaves', async () => {
  const left = createStore('autochrome-arrivals', 'files');
  await set('left', new Blob(['a shard']), left);
  await left('readonly', ({ transaction }) => transaction.db.close());
  await engine.models();
  await expect.poll(databases).not.toContain('autochrome-arrivals');
  const address = new URL(`${shipped}card.json`, location.href).href;
  const added = await engine.addModel({ kind: 'address', address });
  expect(added.origin).toEqual({ kind: 'address', name: address });
  expect(await databases()).not.toContain('autochrome-arrivals');
  const broken = new URL(`${shipped}none.json`, location.href).href;
  expect(await codeOf(engine.addModel({ kind: 'address', address: broken }))).not.toBe('ok');
  expect(await databases()).not.toContain('autochrome-arrivals');
}, 60_000);

test.each<[string, RegExp, (card: Card, folder: Folder) => unknown]>([
  [
    'a card that names files outside its folder',
    /^model\/incompatible: The model card is not valid at weights\.shards\.0\.file/,
    (card) => (card.weights.shards[0]!.file = '../../secret.bin'),
  ],
  [
    'a shard that is missing',
    /^model\/not-found: The file shards\/\w+\.bin, which the card names, is not in the folder/,
    (card, folder) => folder.delete(card.weights.shards[1]!.file),
  ],
  [
    'a shard that is cut off',
    /^model\/integrity: The file shards\/\w+\.bin has 1,000 bytes and not 4,194,304/,
    (card, folder) => folder.set(card.weights.shards[1]!.file, new Blob([new Uint8Array(1000)])),
  ],
  [
    'a shard with other content',
    /^model\/integrity: .* its content differs/,
    (card, folder) => {
      const { file, bytes } = card.weights.shards[1]!;
      folder.set(file, new Blob([new Uint8Array(bytes)]));
    },
  ],
  [
    'a table whose weights overlap',
    /^model\/incompatible: The weights \S+ overlap those of /,
    (card, folder) =>
      withTable(card, folder, (table) => (table[1]!['offset'] = table[0]!['offset'])),
  ],
  [
    'a table of another network',
    /^model\/incompatible: This is no DDColor that runs here: the weights .* are missing/,
    (card, folder) => withTable(card, folder, (table) => (table[3]!['name'] = 'other')),
  ],
])(
  '%s is refused with a sentence, and nothing is changed',
  async (_, sentence, change) => {
    await engine.models();
    const before = await keptFiles();
    const offer = await copyOfShipped(change);
    expect(await codeOf(engine.addModel(offer))).toMatch(sentence);
    expect(await keptFiles()).toEqual(before);
    expect((await engine.models()).map(({ id }) => id)).toEqual(['ddcolor-pico']);
  },
  60_000,
);

test('a published ONNX file becomes a model of every size', async () => {
  const url = '/test/fixtures/published/opset17-fp16.onnx.gz';
  // The server says that it is packed, so the browser unpacks it.
  const file = await (await fetch(url)).blob();
  const added = await engine.addModel({ kind: 'file', name: 'small.fp16.onnx', file });
  expect(added).toMatchObject({ name: 'small.fp16', origin: { kind: 'file' } });
  const photograph = await engine.open(await drawnPhotograph(96, 64, 'image/png'), 'scene.png');
  const report = await photograph.colorize({ ...wish, size: 96, model: added.id });
  expect(report.attempts).toHaveLength(1);
  expect(report.plan).toMatchObject({ model: added.id, modelWidth: 128, modelHeight: 96 });
  // Its weights are no int8, so there is no variant of that name; the GPU gives the same colours.
  const small = { ...wish, size: 32, model: added.id };
  const onWasm = await pixelsOf(photograph, small);
  const onGpu = await pixelsOf(photograph, { ...small, device: 'webgpu' });
  expect(onGpu.plan).toMatchObject({ backend: 'webgpu', variant: 'fp32' });
  expect(mostDifference(onGpu.data, onWasm.data)).toBeLessThanOrEqual(3);
}, 60_000);

test('cancelled in the middle, nothing is changed, and the next one is not in its way', async () => {
  await engine.models();
  const before = await keptFiles();
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  const offer = await copyOfShipped();
  const adding = engine.addModel(offer, { signal: stop.signal, onProgress });
  expect(await codeOf(adding)).toMatch(/^job\/aborted/);
  expect(await keptFiles()).toEqual(before);
  expect((await engine.addModel(offer)).name).toBe('A copy');
}, 60_000);

async function put(folder: Folder, file: string, content: Blob): Promise<ContentFile> {
  folder.set(file, content);
  return { file, bytes: content.size, sha256: await sha256Of(content) };
}

async function withTable(
  card: Card,
  folder: Folder,
  change: (table: Record<string, unknown>[]) => unknown,
): Promise<void> {
  const { file } = card.weights.tensors;
  const table = JSON.parse(await folder.get(file)!.text()) as Record<string, unknown>[];
  change(table);
  card.weights.tensors = await put(folder, file, new Blob([JSON.stringify(table)]));
}
