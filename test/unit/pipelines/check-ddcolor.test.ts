import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assertFinite } from '../../../src/models/finite-weights.ts';
import { parseWeightTable, type WeightTensor } from '../../../src/models/weights.ts';
import { checkDdcolor } from '../../../src/pipelines/colorize/check-ddcolor.ts';

const folder = 'models/ddcolor-pico/';
const read = (file: string) => readFileSync(folder + file);
const card = JSON.parse(read('card.json').toString()) as {
  weights: { bytes: number; shards: { file: string }[] };
};
const { bytes } = card.weights;
const stream = new Uint8Array(Buffer.concat(card.weights.shards.map(({ file }) => read(file))));

type Change = (tensor: (name: string) => WeightTensor, table: WeightTensor[]) => unknown;

/** The shipped table, a little changed. */
function tableWith(change: Change): WeightTensor[] {
  const table = JSON.parse(read('tensors.json').toString()) as WeightTensor[];
  change((name) => table.find((tensor) => tensor.name === name)!, table);
  return table;
}

function check(change: Change): void {
  // Two bytes more than there are, for weights beside the others.
  const table = parseWeightTable(tableWith(change), bytes + 2);
  checkDdcolor(table);
  assertFinite(table, stream);
}

test('the shipped table is of a DDColor, and all of it are numbers', () => {
  expect(() => check(() => undefined)).not.toThrow();
});

test.each<[string, RegExp, Change]>([
  ['lie outside the stream', /do not fit/, (of) => (of('query').offset = bytes - 10)],
  ['overlap others', /overlap/, (of) => (of('qpos').offset = of('query').offset + 2)],
  ['have scales inside others', /overlap/, (of) => (of('embed.0.weight').scaleOffset = 0)],
  [
    'overlap in the file of a graph',
    /overlap/,
    (of) => (of('qpos').materialised.offset = of('query').materialised.offset),
  ],
  ['lie far outside that file', /far outside/, (of) => (of('qpos').materialised.offset = 2 ** 40)],
  ['are there twice', /twice/, (of) => (of('qpos').name = 'query')],
  ['are as long as a number can tell', /not valid/, (of) => (of('query').shape = [1, 2 ** 60, 9])],
  ['have no side', /not valid/, (of) => (of('query').shape = [1, 0, 256])],
  [
    'are missing',
    /layers\.1\.ca\.q\.bias are missing/,
    (of) => (of('layers.1.ca.q.bias').name = 'x'),
  ],
  [
    'are beside the others',
    /no weights layers\.9\.x/,
    (of, table) => {
      const offset = 595_968;
      const place = { offset: bytes, byteLength: 2, materialised: { offset, byteLength: 4 } };
      table.push({ ...of('last.conv.bias.0'), name: 'layers.9.x', shape: [1], ...place });
    },
  ],
  [
    'have another shape',
    /enc\.down\.1\.1\.weight are 64 × 128 × 2 × 2 and not 128 × 64 × 2 × 2/,
    (of) => {
      const tensor = of('enc.down.1.1.weight');
      tensor.shape = [64, 128, 2, 2];
      tensor.axis = 1;
    },
  ],
  [
    'have scales along the wrong side',
    /scales along another side/,
    (of) => (of('layers.0.ca.q.weight').axis = 0),
  ],
  [
    'are in the other graph',
    /belong to paint/,
    (of, table) => {
      const tensor = of('last.conv.bias.0');
      tensor.graph = 'encode';
      tensor.materialised.offset =
        64 *
        Math.ceil(
          Math.max(...table.map((one) => one.materialised.offset + one.materialised.byteLength)) /
            64,
        );
    },
  ],
])('weights that %s are refused with the reason', (_, reason, change) => {
  expect(() => check(change)).toThrowError(
    expect.objectContaining({ code: 'model/incompatible', message: expect.stringMatching(reason) }),
  );
});

test.each([
  ['a weight', 'query', 0x7e00],
  ['an infinite weight', 'norm.weight', 0xfc00],
])('%s that is no number is found', (_, name, half) => {
  const table = parseWeightTable(
    tableWith(() => undefined),
    bytes,
  );
  const damaged = stream.slice();
  new DataView(damaged.buffer).setUint16(
    table.find((one) => one.name === name)!.offset,
    half,
    true,
  );
  expect(() => assertFinite(table, damaged)).toThrowError(
    expect.objectContaining({ code: 'model/corrupt', message: expect.stringContaining(name) }),
  );
});

test('a scale that is no number is found', () => {
  const table = parseWeightTable(
    tableWith(() => undefined),
    bytes,
  );
  const damaged = stream.slice();
  const { scaleOffset } = table.find((one) => one.name === 'embed.0.weight')!;
  new DataView(damaged.buffer).setFloat32(scaleOffset! + 4, NaN, true);
  expect(() => assertFinite(table, damaged)).toThrowError(/embed\.0\.weight/);
});
