import { expect, test } from 'vitest';
import {
  materialise,
  parseWeightTable,
  shapesOf,
  sourceOf,
  type WeightTensor,
} from '../../../src/models/weights.ts';

const place = (offset: number, byteLength: number) => ({ offset, byteLength });

/** Two columns of a matrix with scales 0.5 and 2, then two halves. */
const table: WeightTensor[] = [
  {
    name: 'matrix',
    graph: 'encode',
    shape: [3, 2],
    encoding: 'int8-per-channel',
    axis: 1,
    offset: 0,
    byteLength: 6,
    scaleOffset: 8,
    materialised: place(0, 24),
  },
  {
    name: 'bias',
    graph: 'encode',
    shape: [2],
    encoding: 'fp16',
    axis: null,
    offset: 16,
    byteLength: 4,
    scaleOffset: null,
    materialised: place(64, 8),
  },
];
const stream = new Uint8Array(20);
new Int8Array(stream.buffer).set([1, -2, 3, 4, -127, 127]);
new Float32Array(stream.buffer, 8, 2).set([0.5, 2]);
new Uint16Array(stream.buffer, 16, 2).set([0x3c00, 0xc000]);

test('fp32 initialisers are the int8 steps times their channel’s scale', () => {
  const floats = new Float32Array(materialise(table, stream, 'encode').buffer);
  expect([...floats.subarray(0, 6)]).toEqual([0.5, -4, 1.5, 8, -63.5, 254]);
  expect([...floats.subarray(16, 18)]).toEqual([1, -2]);
});

test('a source gives the weights as they were downloaded', () => {
  const source = sourceOf(table, stream);
  const matrix = source.tensor('matrix');
  expect([...matrix.values]).toEqual([1, -2, 3, 4, -127, 127]);
  expect([...matrix.scales!]).toEqual([0.5, 2]);
  expect([...source.tensor('bias').values]).toEqual([1, -2]);
  expect(shapesOf(table).shapeOf('matrix')).toEqual({ shape: [3, 2], isInt8: true });
  expect(() => source.tensor('nothing')).toThrowError(
    expect.objectContaining({ code: 'model/incompatible' }),
  );
});

test('a table that points outside its shards is refused', () => {
  expect(parseWeightTable(table, 20)).toHaveLength(2);
  const refused = [
    { ...table[0]!, offset: 15 },
    { ...table[0]!, scaleOffset: 16 },
    { ...table[0]!, axis: 5 },
    { ...table[0]!, shape: [3, 3] },
    { ...table[1]!, materialised: place(2, 8) },
    { ...table[1]!, materialised: place(2 ** 40, 8) },
    { ...table[1]!, offset: -1 },
  ];
  for (const tensor of refused) {
    expect(() => parseWeightTable([tensor], 20)).toThrowError(
      expect.objectContaining({ code: 'model/incompatible' }),
    );
  }
});
