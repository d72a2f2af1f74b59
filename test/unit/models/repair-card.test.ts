import { expect, test } from 'vitest';
import { parseCatalogue } from '../../../src/models/card.ts';
import { parseRepairCard } from '../../../src/models/repair-card.ts';

const file = (name: string, bytes: number) => ({ file: name, bytes, sha256: '0'.repeat(64) });
const unet = { widths: [8, 16], blocks: [1, 1], heads: 0, cell: 2 };
const SAMPLING = {
  draft: { steps: 1, views: 1 },
  final: { steps: 1, views: 4 },
  sampled: { steps: 4, views: 1 },
};
const card = {
  ...{
    schema: 1,
    id: 'repair-probe',
    name: 'Probe',
    task: 'repair',
    summary: '',
    architecture: '',
  },
  ...{ parameters: 1, licence: '', source: '', trainingData: '', weaknesses: [] },
  network: { restorer: { ...unet, cell: 1 }, detector: unet, time: 16, timeCode: 64, multiple: 16 },
  onnx: { detect: file('detect.onnx', 9), restore: file('restore.onnx', 9) },
  weights: { tensors: file('tensors.json', 9), bytes: 5, shards: [file('shards/a.bin', 5)] },
  ...{ detection: { sensitivity: 0.5 }, sampling: SAMPLING, metrics: {} },
};

test('a card of a repair model is read', () => {
  expect(parseRepairCard(card).sampling.final).toEqual({ steps: 1, views: 4 });
});

test.each([
  ['task', { ...card, task: 'colorize' }],
  ['sampling.final.steps', { ...card, sampling: { ...SAMPLING, final: { steps: 0, views: 1 } } }],
  ['sampling.draft.views', { ...card, sampling: { ...SAMPLING, draft: { steps: 1, views: 3 } } }],
  ['detection.sensitivity', { ...card, detection: { sensitivity: 2 } }],
  [
    'network.restorer.widths',
    { ...card, network: { ...card.network, restorer: { ...unet, widths: [8] } } },
  ],
  [
    'network.detector.cell',
    { ...card, network: { ...card.network, detector: { ...unet, cell: 4 } } },
  ],
  ['network.multiple', { ...card, network: { ...card.network, multiple: 24 } }],
  ['weights', { ...card, weights: { ...card.weights, bytes: 6 } }],
])('a card that is wrong at %s is refused by that name', (field, wrong) => {
  expect(() => parseRepairCard(wrong)).toThrow(
    expect.objectContaining({ code: 'model/incompatible' }),
  );
  expect(() => parseRepairCard(wrong)).toThrow(field);
});

test('a catalogue may have no tools, and those that it has are no colourisers', () => {
  const models = [{ id: 'a', card: 'a/card.json' }];
  expect(parseCatalogue({ schema: 1, default: 'a', models }).tools).toEqual([]);
  const tools = [{ task: 'repair', id: 'b', card: 'b/card.json' }];
  const read = parseCatalogue({ schema: 1, default: 'a', models, tools });
  expect(read.models.map(({ id }) => id)).toEqual(['a']);
});
