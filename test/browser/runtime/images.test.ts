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
import {
  cellMeans,
  planesOfRows,
  rowsOfPlanes,
} from '../../../src/runtime/network/plane-operations.ts';
import {
  Program,
  type Matrix,
  type Tensor,
  type Vector,
} from '../../../src/runtime/network/program.ts';

// What several images in one dispatch list need, and what the time says: at sizes that fill no tile and no workgroup.
const [WIDTH, HEIGHT, CHANNELS] = [6, 10, 64];
const PIXELS = WIDTH * HEIGHT;

let gpu: Gpu;
let pipelines: Pipelines;
beforeAll(async () => {
  gpu = await Gpu.open();
  pipelines = new Pipelines(gpu);
});
afterAll(() => gpu.close());

test('images one below the other come out as each alone', async () => {
  const images = [numbers(PIXELS * 5, 1), numbers(PIXELS * 5, 2), numbers(PIXELS * 5, 3)];
  const alone: number[] = [];
  for (const image of images) alone.push(...(await throughAll(image, 1)));
  const together = await throughAll(joined(...images), 3);
  expect(together.length).toBe(alone.length);
  expectNear(together, Float32Array.from(alone), 1e-5);
  expect(new Set(together).size, 'different numbers').toBeGreaterThan(500);
}, 60_000);

/** Planes to rows, a stem that looks over borders, a depthwise one, attention, and planes again. */
async function throughAll(planes: Float32Array<ArrayBuffer>, images: number) {
  return run((program) => {
    const value = program.keptTensor(planes.length, 'f32');
    const given = { value, width: WIDTH, height: HEIGHT, planes: 5, images };
    let x: Features = rowsOfPlanes(program, 'rows', given);
    const stem = constant('stem', 9 * 8, CHANNELS, 4);
    x = product(program, 'stem', { input: x, matrix: stem, perChannel: plain('s'), gather: SAME });
    x = depthwise(
      program,
      'dw',
      x,
      constant('dw', 49, CHANNELS, 5),
      vectorOf('d', numbers(2 * CHANNELS, 6)),
    );
    x = attention(program, 'a', x, x, x);
    const output = planesOfRows(program, 'planes', x, 7);
    return { inputs: [[value, planes]], output: output.value };
  });
}

test('a residual of one image serves each of several, and two serve half of them each', async () => {
  const input = numbers(4 * PIXELS * CHANNELS, 7);
  const residual = numbers(2 * PIXELS * CHANNELS, 8);
  for (const residualImages of [1, 2]) {
    const sum = async (isShared: boolean) =>
      run((program) => {
        const given = program.keptTensor(input.length, 'f32');
        const added = program.keptTensor(
          (isShared ? residualImages : 4) * PIXELS * CHANNELS,
          'f32',
        );
        const each = 4 / residualImages;
        const parts = Array.from({ length: 4 }, (_, i) => partOf(residual, Math.floor(i / each)));
        const { value } = product(program, 'p', {
          input: { value: given, width: WIDTH, height: HEIGHT, channels: CHANNELS, images: 4 },
          matrix: constant('w', CHANNELS, CHANNELS, 9),
          perChannel: plain('c'),
          residual: added,
          ...(isShared && { residualImages }),
        });
        const values = isShared ? residual.slice(0, added.elements) : joined(...parts);
        return {
          inputs: [
            [given, input],
            [added, values],
          ],
          output: value as Tensor,
        };
      });
    expect(await sum(true)).toEqual(await sum(false));
  }
}, 60_000);

function partOf(values: Float32Array, image: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    values.subarray(image * PIXELS * CHANNELS, (image + 1) * PIXELS * CHANNELS),
  );
}

test('the time scales and shifts a norm, and opens a gate', async () => {
  const input = numbers(PIXELS * CHANNELS, 10);
  const row = numbers(8 + 3 * CHANNELS, 11);
  const [scale, shift] = [numbers(CHANNELS, 12), numbers(CHANNELS, 13)];
  const found = await run((program) => {
    const given = program.keptTensor(input.length, 'f32');
    const moment = program.keptTensor(row.length, 'f32');
    const x = { value: given, width: WIDTH, height: HEIGHT, channels: CHANNELS };
    const affine = vectorOf('n', interleaved(scale, shift));
    const normed = layerNorm(program, 'n', x, affine, 1e-6, { moment: { row: moment, offset: 8 } });
    const { value } = product(program, 'p', {
      input: normed,
      matrix: identity(),
      perChannel: vectorOf('c', interleaved(ones(), zeros(), scale, shift)),
      isScaled: true,
      gate: { row: moment, offset: 8 + 2 * CHANNELS },
      residual: given,
    });
    return {
      inputs: [
        [given, input],
        [moment, row],
      ],
      output: value as Tensor,
    };
  });
  const expected = input.map((value, at) => {
    const c = at % CHANNELS;
    const pixel = input.subarray(at - c, at - c + CHANNELS);
    const mean = pixel.reduce((sum, each) => sum + each, 0) / CHANNELS;
    const variance = pixel.reduce((sum, each) => sum + (each - mean) ** 2, 0) / CHANNELS;
    const even = ((value - mean) / Math.sqrt(variance + 1e-6)) * scale[c]! + shift[c]!;
    const timed = even * (1 + row[8 + c]!) + row[8 + CHANNELS + c]!;
    return value + timed * (scale[c]! + row[8 + 2 * CHANNELS + c]!) + shift[c]!;
  });
  expectNear(found, expected, 1e-4);
}, 60_000);

test('cells are means of 4 × 4 pixels, and rows are put where they belong', async () => {
  const pixels = numbers(2 * 16 * PIXELS, 14);
  const found = await run((program) => {
    const given = program.keptTensor(pixels.length, 'f32');
    const planes = {
      value: program.keptTensor(6 * PIXELS, 'f32'),
      width: WIDTH,
      height: HEIGHT,
      planes: 6,
    };
    cellMeans(program, 'cells', given, planes, 2, 0.5);
    const into = program.tensor(12 * PIXELS);
    rowsOfPlanes(program, 'whole', planes, { target: { into, stride: 12, offset: 0 } });
    rowsOfPlanes(program, 'end', planes, { first: 1, target: { into, stride: 12, offset: 4 } });
    program.last(into);
    const others = numbers(4 * PIXELS, 15);
    const joinedPlanes = joined(new Float32Array(2 * PIXELS), others);
    return {
      inputs: [
        [planes.value, joinedPlanes],
        [given, pixels],
      ],
      output: into,
    };
  });
  const others = numbers(4 * PIXELS, 15);
  const planeAt = (plane: number, cell: number) => {
    if (plane >= 6) return 0;
    if (plane >= 2) return others[(plane - 2) * PIXELS + cell]!;
    let sum = 0;
    for (let i = 0; i < 16; i++) {
      const [x, y] = [
        4 * (cell % WIDTH) + (i % 4),
        4 * Math.floor(cell / WIDTH) + Math.floor(i / 4),
      ];
      sum += pixels[plane * 16 * PIXELS + y * 4 * WIDTH + x]!;
    }
    return (0.5 * sum) / 16;
  };
  const expected = Float32Array.from({ length: 12 * PIXELS }, (_, at) => {
    const [cell, channel] = [Math.floor(at / 12), at % 12];
    return channel < 4 ? planeAt(channel, cell) : planeAt(channel - 3, cell);
  });
  expectNear(found, expected, 1e-5);
}, 60_000);

test('a network reads what another holds, and later steps can be run alone', async () => {
  const held = new Program();
  const first = held.keptTensor(PIXELS, 'f32');
  const source = { tensor: () => expect.fail('All is given.') };
  const weights = await GpuWeights.upload(gpu, held, 'fp32', source);
  const holder = await GpuNetwork.open(gpu, pipelines, held, 'fp32', weights);
  const program = new Program();
  const borrowed = program.borrowedTensor(PIXELS, 'f32');
  const planes = { value: borrowed, width: WIDTH, height: HEIGHT, planes: 1 };
  const rows = rowsOfPlanes(program, 'rows', planes);
  program.last(rows.value as Tensor);
  const from = program.steps.length;
  // Would take the place of the rows if they were not to last.
  rowsOfPlanes(program, 'other', planes);
  const output = planesOfRows(program, 'planes', rows, 1).value;
  const places = new Map([[borrowed, holder.bufferOf(first)]]);
  const before = gpu.ledger.live.activations;
  const network = await GpuNetwork.open(gpu, pipelines, program, 'fp32', weights, places);
  expect(gpu.ledger.live.activations - before, 'all but what is borrowed').toBe(network.bytes);
  const read = async () =>
    new Float32Array(await gpu.readCopy(network.bufferOf(output), 4 * PIXELS));
  const [one, two] = [numbers(PIXELS, 16), numbers(PIXELS, 17)];
  holder.write(first, one);
  network.run();
  expect(await read()).toEqual(one);
  holder.write(first, two);
  network.run({ from, to: program.steps.length });
  expect(await read(), 'the first steps were not run again').toEqual(one);
  network.run();
  expect(await read()).toEqual(two);
  network.dispose();
  holder.dispose();
  weights.dispose();
}, 60_000);

const SAME = { kernel: 3, stride: 1, padding: 1 };

type Built = {
  inputs: [Tensor, Float32Array<ArrayBuffer>][];
  output: Tensor;
};

async function run(build: (program: Program) => Built): Promise<Float32Array> {
  const program = new Program();
  const { inputs, output } = build(program);
  program.last(output);
  const source = { tensor: () => expect.fail('All is given.') };
  const weights = await GpuWeights.upload(gpu, program, 'fp32', source);
  const network = await GpuNetwork.open(gpu, pipelines, program, 'fp32', weights);
  for (const [tensor, values] of inputs) network.write(tensor, values);
  network.run();
  const found = await gpu.readCopy(network.bufferOf(output), 4 * output.elements);
  network.dispose();
  weights.dispose();
  return new Float32Array(found);
}

/** Numbers between -1 and 1 that repeat nowhere near. */
function numbers(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));
}

function zeros(): Float32Array<ArrayBuffer> {
  return new Float32Array(CHANNELS);
}

function ones(): Float32Array<ArrayBuffer> {
  return zeros().fill(1);
}

function plain(name: string): Vector {
  return vectorOf(name, interleaved(ones(), zeros(), ones(), zeros()));
}

function identity(): Matrix {
  const values = new Float32Array(CHANNELS * CHANNELS);
  for (let i = 0; i < CHANNELS; i++) values[i * CHANNELS + i] = 1;
  return { name: 'i', depth: CHANNELS, channels: CHANNELS, isInt8: false, values: () => values };
}

function constant(name: string, depth: number, channels: number, seed: number): Matrix {
  const values = numbers(depth * channels, seed).map((value) => value / Math.sqrt(depth));
  return { name, depth, channels, isInt8: false, values: () => values };
}

function vectorOf(name: string, values: Float32Array): Vector {
  return { name, length: values.length, values: () => values };
}

function interleaved(...arrays: Float32Array[]): Float32Array {
  const out = new Float32Array(arrays.length * arrays[0]!.length);
  arrays.forEach((array, index) =>
    array.forEach((value, i) => {
      out[4 * (arrays.length * Math.floor(i / 4) + index) + (i % 4)] = value;
    }),
  );
  return out;
}

function joined(...arrays: Float32Array[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(arrays.flatMap((array) => [...array]));
}

function expectNear(found: Float32Array, expected: Float32Array, most: number): void {
  expect(found.length).toBe(expected.length);
  const off = found.reduce((worst, v, i) => Math.max(worst, Math.abs(v - expected[i]!)), 0);
  expect(off).toBeLessThan(most);
}
