import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesOf, parseCard } from '../../../src/models/card.ts';
import { parseRecolourCard } from '../../../src/models/recolour-card.ts';
import { shapesOf, parseWeightTable } from '../../../src/models/weights.ts';
import { whyNotOffered } from '../../../src/pipelines/recolour/belonging.ts';
import { wholeProgram } from '../../../src/pipelines/recolour/gpu-head.ts';
import { RecolourWeights } from '../../../src/pipelines/recolour/recolour-weights.ts';

const folder = new URL('../../../models/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
const shipped = () => parseRecolourCard(read('recolour-small/card.json'));

test('the head that ships goes with the coloriser that ships, and is 6 MB at most', () => {
  const card = shipped();
  expect(whyNotOffered(parseCard(read('ddcolor-pico/card.json')), card)).toBeNull();
  expect(filesOf(card).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(6e6);
});

test('its table has every weight that its dispatches ask for, and matrices are int8', () => {
  const card = shipped();
  const table = parseWeightTable(read('recolour-small/tensors.json'), card.weights.bytes);
  const { steps } = wholeProgram(table, card);
  const matrices = steps.flatMap(({ weights }) => weights ?? []);
  expect(matrices.length).toBeGreaterThan(60);
  const full = new Set(matrices.filter(({ isInt8 }) => !isInt8).map(({ name }) => name));
  expect([...full], 'too small to be worth it').toEqual([
    'velocity.stem.weight',
    'velocity.out.weight',
  ]);
  const wrong = { ...card.network, features: 128 };
  expect(() => new RecolourWeights(shapesOf(table), wrong)).toThrow(
    expect.objectContaining({ code: 'model/incompatible' }),
  );
});

test.each([
  ['a task of another kind', { task: 'repair' }, 'task'],
  [
    'dims that no kernel takes',
    { network: { ...shipped().network, dims: [64, 128, 250] } },
    'dims',
  ],
  ['an encoder without hashes', { encoder: { id: 'pico', shards: [] } }, 'encoder.shards'],
  [
    'no steps',
    { sampling: { ...shipped().sampling, draft: { steps: 0, temperature: 1 } } },
    'steps',
  ],
])('%s is refused by its field', (_, change, field) => {
  expect(() => parseRecolourCard({ ...shipped(), ...change })).toThrow(
    expect.objectContaining({
      code: 'model/incompatible',
      message: expect.stringContaining(field) as string,
    }),
  );
});
