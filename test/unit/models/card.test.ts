import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCard, parseCatalogue } from '../../../src/models/card.ts';

const folder = 'models/ddcolor-pico/';
const catalogue = parseCatalogue(JSON.parse(readFileSync('models/catalogue.json', 'utf8')));
const cardText = readFileSync(`${folder}card.json`, 'utf8');
const card = parseCard(JSON.parse(cardText));
const files = [...Object.values(card.onnx), card.weights.tensors, ...card.weights.shards];

test('the catalogue names the shipped model as its default', () => {
  expect(catalogue.models.map(({ id }) => id)).toContain(catalogue.default);
});

test('every file of the shipped model has the size and the SHA-256 of its card', () => {
  for (const { file, bytes, sha256 } of files) {
    const content = readFileSync(folder + file);
    expect(content.byteLength, file).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex'), file).toBe(sha256);
  }
});

test('one download of at most 19 MB in shards of at most 4 MiB', () => {
  for (const { bytes } of card.weights.shards) expect(bytes).toBeLessThanOrEqual(4 * 2 ** 20);
  const all = new Set(files.map(({ file }) => file));
  const total = [...all].reduce((sum, file) => sum + statSync(folder + file).size, 0);
  expect(total).toBeLessThanOrEqual(19e6);
  expect(card.weights.shards.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(card.weights.bytes);
});

test.each([
  ['schema', 2, /schema/],
  ['task', 'paint-a-house', /task/],
  [
    'weights',
    { ...card.weights, shards: [{ file: '../../secret', bytes: 1, sha256: '0'.repeat(64) }] },
    /shards/,
  ],
  [
    'weights',
    { ...card.weights, shards: [{ file: 'https://host/x', bytes: 1, sha256: '0'.repeat(64) }] },
    /shards/,
  ],
  [
    'weights',
    { ...card.weights, shards: [{ file: 'a.bin', bytes: -1, sha256: '0'.repeat(64) }] },
    /bytes/,
  ],
  ['weights', { ...card.weights, shards: [{ file: 'a.bin', bytes: 1, sha256: 'x' }] }, /sha256/],
  ['sizes', { ...card.sizes, offered: [] }, /offered/],
])('a card with a wrong %s is refused and names the place', (field, value, place) => {
  expect(() => parseCard({ ...card, [field]: value })).toThrowError(
    expect.objectContaining({ code: 'model/incompatible', message: expect.stringMatching(place) }),
  );
});
