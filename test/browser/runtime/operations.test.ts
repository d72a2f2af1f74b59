import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { GpuNetwork } from '../../../src/runtime/network/gpu-network.ts';
import { GpuWeights } from '../../../src/runtime/network/gpu-weights.ts';
import {
  attention,
  depthwise,
  layerNorm,
  product,
  type Features,
} from '../../../src/runtime/network/operations.ts';
import { Pipelines } from '../../../src/runtime/network/pipelines.ts';
import { Program, type Matrix, type Vector } from '../../../src/runtime/network/program.ts';

// Kernels against plain loops, at sizes that fill no tile, no share and no workgroup.
let gpu: Gpu;
beforeAll(async () => {
  gpu = await Gpu.open();
});
afterAll(() => gpu.close());

/** Numbers between -1 and 1 that repeat nowhere near. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));
}

function constant(name: string, depth: number, channels: number, values: Float32Array): Matrix {
  return { name, depth, channels, isInt8: false, values: () => values };
}

function picture(name: string, width: number, height: number, channels: number, seed: number) {
  const values = numbers(width * height * channels, seed);
  const value = constant(name, width * height, channels, values);
  return { values, features: { value, width, height, channels } };
}

function vectorOf(name: string, values: Float32Array): Vector {
  return { name, length: values.length, values: () => values };
}

/** Of each four channels the first array's, then the next one's, as kernels read them. */
function interleaved(...arrays: Float32Array[]): Float32Array {
  const out = new Float32Array(arrays.length * arrays[0]!.length);
  arrays.forEach((array, index) =>
    array.forEach((value, i) => {
      out[4 * (arrays.length * Math.floor(i / 4) + index) + (i % 4)] = value;
    }),
  );
  return out;
}

async function run(build: (program: Program) => Features): Promise<Float32Array> {
  const program = new Program();
  const { value, width, height, channels } = build(program);
  if ('depth' in value) throw new Error('A constant is no result.');
  program.kept.add(value);
  const source = { tensor: () => expect.fail('All is given.') };
  const weights = await GpuWeights.upload(gpu, program, 'fp32', source);
  const network = await GpuNetwork.open(gpu, new Pipelines(gpu), program, 'fp32', weights);
  network.run();
  const size = 4 * width * height * channels;
  const result = new Float32Array(await gpu.readCopy(network.bufferOf(value), size));
  network.dispose();
  weights.dispose();
  return result;
}

function expectNear(found: Float32Array, expected: Float32Array, most: number): void {
  expect(found.length).toBe(expected.length);
  const off = found.reduce((worst, v, i) => Math.max(worst, Math.abs(v - expected[i]!)), 0);
  expect(off).toBeLessThan(most);
}

test.each([
  ['more queries than a workgroup, keys in several shares', 130, 700, 32],
  ['fewer keys than a block', 3, 5, 32],
  ['one key', 20, 1, 32],
  ['wide heads', 130, 300, 64],
  ['narrow heads', 20, 40, 12],
] as const)('attention: %s', async (_, queries, keys, each) => {
  const heads = 2;
  const channels = heads * each;
  const q = picture('q', queries, 1, channels, 1);
  const k = picture('k', keys, 1, channels, 2);
  const v = picture('v', keys, 1, channels, 3);
  // Large scores: the running maximum moves, also from one share to the next.
  q.values.forEach((value, i) => (q.values[i] = 6 * value));
  const found = await run((program) =>
    attention(program, 'a', q.features, k.features, v.features, each),
  );
  const expected = new Float32Array(queries * channels);
  for (let row = 0; row < queries; row++) {
    for (let head = 0; head < heads; head++) {
      const at = (index: number) => index * channels + head * each;
      const scores = Array.from({ length: keys }, (_, key) => {
        let sum = 0;
        for (let i = 0; i < each; i++) sum += q.values[at(row) + i]! * k.values[at(key) + i]!;
        return sum / Math.sqrt(each);
      });
      const most = Math.max(...scores);
      const parts = scores.map((score) => Math.exp(score - most));
      const total = parts.reduce((sum, part) => sum + part, 0);
      for (let i = 0; i < each; i++) {
        const sum = parts.reduce((all, part, key) => all + part * v.values[at(key) + i]!, 0);
        expected[at(row) + i] = sum / total;
      }
    }
  }
  expectNear(found, expected, 1e-5);
});

test('a depthwise convolution whose rows are no multiple of four', async () => {
  const [width, height, channels] = [13, 6, 12];
  const input = picture('x', width, height, channels, 4);
  const weights = numbers(49 * channels, 5);
  const [scale, bias] = [numbers(channels, 6), numbers(channels, 7)];
  const found = await run((program) =>
    depthwise(
      program,
      'd',
      input.features,
      constant('w', 49, channels, weights),
      vectorOf('c', interleaved(scale, bias)),
    ),
  );
  const expected = new Float32Array(found.length);
  for (let at = 0; at < expected.length; at++) {
    const [c, x, y] = [
      at % channels,
      Math.floor(at / channels) % width,
      Math.floor(at / channels / width),
    ];
    let sum = 0;
    for (let tap = 0; tap < 49; tap++) {
      const [px, py] = [x + (tap % 7) - 3, y + Math.floor(tap / 7) - 3];
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      sum += input.values[(py * width + px) * channels + c]! * weights[tap * channels + c]!;
    }
    expected[at] = sum * scale[c]! + bias[c]!;
  }
  expectNear(found, expected, 1e-5);
});

test('a deep product of few rows, in shares that do not divide its depth', async () => {
  const [rows, depth, channels] = [5, 1044, 36];
  const input = picture('x', rows, 1, depth, 8);
  const weights = numbers(depth * channels, 9);
  const zeros = new Float32Array(channels);
  const ones = new Float32Array(channels).fill(1);
  const found = await run((program) => {
    const features = product(program, 'p', {
      input: input.features,
      matrix: constant('w', depth, channels, weights),
      perChannel: vectorOf('c', interleaved(ones, zeros, ones, zeros)),
    });
    expect(program.steps.map(({ kernel }) => kernel.name)).toEqual([
      'product-share',
      'product-sum',
    ]);
    return features;
  });
  const expected = new Float32Array(rows * channels);
  for (let at = 0; at < expected.length; at++) {
    const row = Math.floor(at / channels);
    for (let i = 0; i < depth; i++) {
      expected[at]! += input.values[row * depth + i]! * weights[i * channels + (at % channels)]!;
    }
  }
  expectNear(found, expected, 1e-3);
});

test('a layer norm of an odd number of rows, and of fewer channels than lanes', async () => {
  const [rows, channels] = [7, 20];
  const input = picture('x', rows, 1, channels, 10);
  const [scale, shift] = [numbers(channels, 11), numbers(channels, 12)];
  const affine = vectorOf('a', interleaved(scale, shift));
  const found = await run((program) => layerNorm(program, 'n', input.features, affine, 1e-6));
  const expected = new Float32Array(found.length);
  for (let row = 0; row < rows; row++) {
    const values = input.values.subarray(row * channels, (row + 1) * channels);
    const mean = values.reduce((sum, value) => sum + value, 0) / channels;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channels;
    values.forEach((value, i) => {
      const even = (value - mean) / Math.sqrt(variance + 1e-6);
      expected[row * channels + i] = even * scale[i]! + shift[i]!;
    });
  }
  expectNear(found, expected, 1e-4);
});
