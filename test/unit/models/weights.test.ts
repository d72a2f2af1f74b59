import { describe, expect, test } from 'vitest';
import {
  floatOfHalf,
  halfOfFloat,
  materialise,
  parseWeightTable,
  type WeightTensor,
} from '../../../src/models/weights.ts';

describe('half precision', () => {
  test('every half comes back from its number', () => {
    for (let half = 0; half < 65536; half++) {
      const value = floatOfHalf(half);
      if (Number.isNaN(value)) expect(halfOfFloat(value) & 0x7fff).toBeGreaterThan(0x7c00);
      else expect(halfOfFloat(value)).toBe(half);
    }
  });

  test.each([
    [1 + 2 ** -11, 0x3c00, 'a tie goes to even, down'],
    [1 + 3 * 2 ** -11, 0x3c02, 'a tie goes to even, up'],
    [65519.99, 0x7bff, 'the largest that rounds down'],
    [65520, 0x7c00, 'from here on infinite'],
    [2 ** -25, 0, 'half the smallest goes to even'],
    [2 ** -25 * 1.01, 1, 'just over half the smallest'],
    [-(2 ** -14), 0x8400, 'smallest normal'],
    [2047 * 2 ** -25, 1024, 'the subnormal that rounds up to a normal'],
  ])('%d is 0x%s: %s', (value, half) => {
    expect(halfOfFloat(value)).toBe(half);
  });
});

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
    materialised: { fp32: place(0, 24), fp16: place(0, 12) },
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
    materialised: { fp32: place(64, 8), fp16: place(64, 4) },
  },
];
const stream = new Uint8Array(20);
new Int8Array(stream.buffer).set([1, -2, 3, 4, -127, 127]);
new Float32Array(stream.buffer, 8, 2).set([0.5, 2]);
new Uint16Array(stream.buffer, 16, 2).set([0x3c00, 0xc000]);

test('fp32 initialisers are the int8 steps times their channel’s scale', () => {
  const floats = new Float32Array(materialise(table, stream, 'encode', 'fp32').buffer);
  expect([...floats.subarray(0, 6)]).toEqual([0.5, -4, 1.5, 8, -63.5, 254]);
  expect([...floats.subarray(16, 18)]).toEqual([1, -2]);
});

test('fp16 initialisers are the same numbers', () => {
  const halves = new Uint16Array(materialise(table, stream, 'encode', 'fp16').buffer);
  expect(Array.from(halves.subarray(0, 6), floatOfHalf)).toEqual([0.5, -4, 1.5, 8, -63.5, 254]);
  expect([...halves.subarray(32, 34)]).toEqual([0x3c00, 0xc000]);
});

test('a table that points outside its shards is refused', () => {
  expect(parseWeightTable(table, 20)).toHaveLength(2);
  const refused = [
    { ...table[0]!, offset: 15 },
    { ...table[0]!, scaleOffset: 16 },
    { ...table[0]!, axis: 5 },
    { ...table[0]!, shape: [3, 3] },
    { ...table[1]!, materialised: { fp32: place(2, 8), fp16: place(64, 4) } },
    { ...table[1]!, materialised: { fp32: place(2 ** 40, 8), fp16: place(64, 4) } },
    { ...table[1]!, offset: -1 },
  ];
  for (const tensor of refused) {
    expect(() => parseWeightTable([tensor], 20)).toThrowError(
      expect.objectContaining({ code: 'model/incompatible' }),
    );
  }
});
