import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCard, parseKeptCard, parseOfferedCard } from '../../../src/models/card.ts';
import { offeredAddress } from '../../../src/models/offered-address.ts';
import { readOfferedFolder } from '../../../src/models/offered-folder.ts';
import { assertRoom } from '../../../src/models/room.ts';
import { ContentStore } from '../../../src/models/store.ts';
import { keptId, uniqueName } from '../../../src/models/outside-names.ts';
import { packImported } from '../../../src/models/pack-imported.ts';
import { parseWeightTable, sourceOf } from '../../../src/models/weights.ts';

const card = parseCard(JSON.parse(readFileSync('models/ddcolor-pico/card.json', 'utf8')));

test('a card from outside needs no figures or graphs of its own, and they are not taken', () => {
  const { memory: _, metrics: __, graphs: ___, onnx: ____, ...rest } = card;
  expect(parseOfferedCard(rest)).toEqual(rest);
  // As deep as this, no browser can copy or keep it.
  const metrics: unknown = JSON.parse(`{"deep":${'['.repeat(4e5)}${']'.repeat(4e5)}}`);
  const taken = parseOfferedCard({ ...card, memory: 'all of it', metrics });
  expect(structuredClone(taken)).toEqual(rest);
});

test.each([
  ['name', 'x'.repeat(81)],
  ['name', ''],
  ['name', ' \u202e\u3164\u2800 '],
  ['name', '\ufdfa'.repeat(5)],
  ['licence', 'x'.repeat(5000)],
  ['weaknesses', Array.from({ length: 41 }, () => 'one')],
  ['id', '../ddcolor'],
  ['id', 'ddcolor.pico'],
  ['sizes', { ...card.sizes, offered: Array.from({ length: 17 }, (_, i) => 32 * (i + 1)) }],
  ['network', { ...card.network, chromaScale: Infinity }],
  ['weights', { ...card.weights, tensors: { ...card.weights.tensors, bytes: 2 ** 30 } }],
  ['weights', { ...card.weights, bytes: card.weights.bytes + 1 }],
  [
    'weights',
    { ...card.weights, bytes: 2 ** 32, shards: [{ ...card.weights.shards[0]!, bytes: 2 ** 32 }] },
  ],
])('a card with %s out of bounds is refused', (field, value) => {
  expect(() => parseOfferedCard({ ...card, [field]: value })).toThrowError(
    expect.objectContaining({
      code: 'model/incompatible',
      message: expect.stringContaining(field),
    }),
  );
});

test('the kept id follows from the content, and no shipped card can have it', async () => {
  const id = await keptId(card);
  expect(id).toMatch(/^ddcolor-pico\.[0-9a-f]{12}$/);
  expect(await keptId({ ...card, name: 'Another name' })).toBe(id);
  expect(await keptId({ ...card, output: { chromaGain: 1 } })).not.toBe(id);
  expect(parseKeptCard({ ...card, id }).id).toBe(id);
  expect(() => parseCard({ ...card, id })).toThrowError(/id/);
  expect(() => parseKeptCard(card)).toThrowError(/id/);
});

test.each([
  ['DDColor\u202eocip', 'DDColorocip'],
  ['DD\u200bColor\u00ad pi\u034fco\ufe0f', 'DDColor pico'],
  ['\uff24\uff24\uff23olor\u00a0\u3000\tpico ', 'DDColor pico'],
  ['\u{1d40f}ico\ufb01\u0065\u0301', 'Picofi\u00e9'],
])('a name that looks like another is that one: %j', (written, name) => {
  expect(parseOfferedCard({ ...card, name: written }).name).toBe(name);
});

test('a name that is taken gets a number, also where it fills its room', () => {
  expect(uniqueName('New', ['Old'])).toBe('New');
  expect(uniqueName('Old', ['OLD', 'old (2)'])).toBe('Old (3)');
  const long = 'x'.repeat(80);
  expect(uniqueName(long, [long])).toBe(`${'x'.repeat(76)} (2)`);
});

test.each([
  ['models.org/tiny', 'https://models.org/tiny/card.json'],
  [' http://localhost:8080/tiny/ ', 'http://localhost:8080/tiny/card.json'],
  ['localhost:8080', 'http://localhost:8080/card.json'],
  ['127.0.0.1:8080/tiny.onnx', 'http://127.0.0.1:8080/tiny.onnx'],
  ['[::1]:8080/tiny', 'http://[::1]:8080/tiny/card.json'],
  ['localhost.org/tiny', 'https://localhost.org/tiny/card.json'],
  ['models.org:8443/tiny', 'https://models.org:8443/tiny/card.json'],
  ['http://museum/tiny', 'http://museum/tiny/card.json'],
  ['https://models.org/a/card.json#top', 'https://models.org/a/card.json'],
  ['https://models.org/tiny.onnx?v=2', 'https://models.org/tiny.onnx?v=2'],
])('the address %s is %s', (typed, address) => {
  expect(offeredAddress(typed).href).toBe(address);
});

test.each(['', 'https://', 'javascript:alert(1)', 'file:///etc/passwd', 'data:,x', 'a b'])(
  'what is no web address is refused: %s',
  (typed) => {
    expect(() => offeredAddress(typed)).toThrowError(
      expect.objectContaining({ code: 'model/not-found' }),
    );
  },
);

test.each(['hello', 'museum/tiny', 'museum:8080'])(
  'a word is no address, and it is said how one looks: %s',
  (typed) => {
    expect(() => offeredAddress(typed)).toThrowError(
      expect.objectContaining({
        code: 'model/not-found',
        message: expect.stringMatching(/one looks like models\.org\/tiny.*put http:\/\/ in front/),
      }),
    );
  },
);

test('lengths that differ are said in groups of digits', async () => {
  const { file, bytes } = card.weights.shards[0]!;
  const folder = await readOfferedFolder('tiny', [
    { path: 'card.json', file: new Blob([JSON.stringify(card)]) },
    { path: file, file: new Blob([new Uint8Array(1234)]) },
  ]);
  expect(bytes).toBe(4_194_304);
  await expect(folder.source.bring([card.weights.shards[0]!], {})).rejects.toThrow(
    `The file ${file} has 1,234 bytes and not 4,194,304, as the card says.`,
  );
});

test('room is needed in each store that lacks a file, and in none that has it', async () => {
  const [arrivals, store] = [await ContentStore.open(), await ContentStore.open()];
  const files = card.weights.shards.slice(0, 2);
  const bytes = files[0]!.bytes + files[1]!.bytes;
  const needed = (left: number) =>
    assertRoom('Tiny', files, [arrivals, store], { quota: 1e9 + left, usage: 1e9 });
  await needed(2 * bytes);
  await expect(needed(2 * bytes - 1)).rejects.toMatchObject({ code: 'store/quota' });
  await expect(needed(bytes)).rejects.toThrow(
    'Tiny needs 17 MB, and this browser has room for 8.4 MB.',
  );
  await arrivals.put(files[0]!.sha256, new Blob([new Uint8Array(files[0]!.bytes)]));
  await needed(2 * bytes - files[0]!.bytes);
  await assertRoom('Tiny', files, [store], {});
});

test.each<[string, string[], RegExp]>([
  ['no card', ['tiny/encode.onnx'], /There is no card\.json in tiny/],
  ['two cards', ['tiny/a/card.json', 'tiny/b/card.json'], /several models in tiny/],
  ['a card that is no JSON', ['tiny/card.json'], /is not the card of a model/],
])('a folder with %s is refused', async (_, paths, reason) => {
  const files = paths.map((path) => ({ path, file: new Blob(['{']) }));
  await expect(readOfferedFolder('tiny', files)).rejects.toThrow(reason);
});

test('a folder’s own card is read, not one deeper in it', async () => {
  const other = { ...card, name: 'Deeper' };
  const files = [
    { path: 'tiny/old/card.json', file: new Blob([JSON.stringify(other)]) },
    { path: 'tiny/card.json', file: new Blob([JSON.stringify(card)]) },
  ];
  expect((await readOfferedFolder('tiny', files)).card.name).toBe(card.name);
});

test('weights are packed as fp16 over shards, and come back as they were', async () => {
  const length = 3 * 2 ** 20;
  const values = Float32Array.from({ length }, (_, i) => ((i % 2000) - 1000) / 8);
  const tensors = (['encode', 'paint'] as const).map((graph) => ({
    name: `${graph}.weight`,
    graph,
    shape: [length / 2, 2],
    read: () => Promise.resolve(values),
  }));
  let loaded = 0;
  const packed = await packImported(
    tensors,
    ({ loadedBytes }) => (loaded = loadedBytes),
    new AbortController().signal,
  );
  expect(loaded).toBe(packed.bytes);
  expect(packed.shards.map(({ bytes }) => bytes)).toEqual([2 ** 22, 2 ** 22, 2 ** 22]);
  const blobs = packed.shards.map(({ sha256 }) => packed.files.get(sha256)!);
  const stream = new Uint8Array(await new Blob(blobs).arrayBuffer());
  const table = parseWeightTable(JSON.parse(JSON.stringify(packed.table)), packed.bytes);
  const source = sourceOf(table, stream);
  for (const { name } of tensors) {
    expect(
      Buffer.compare(Buffer.from(source.tensor(name).values.buffer), Buffer.from(values.buffer)),
    ).toBe(0);
  }
});
