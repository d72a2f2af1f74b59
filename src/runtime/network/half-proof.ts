import { floatOfHalf } from '../../models/half.ts';
import { AppError } from '../../shared/errors.ts';
import type { Gpu } from '../gpu.ts';
import { GpuNetwork } from './gpu-network.ts';
import { GpuWeights } from './gpu-weights.ts';
import { product } from './operations.ts';
import type { Pipelines } from './pipelines.ts';
import { Program, type Matrix, type Vector } from './program.ts';

const ROWS = 33;
const DEPTH = 68;
const CHANNELS = 36;
/** Sums of 68 products of quarters are exact in fp32; only the last rounding to a half remains. */
const MOST_ERROR = 2 ** -10;

/**
 * Runs a small matrix product in half precision whose answer is known. Some drivers offer `shader-f16`
 * and compute wrongly in it, without any error.
 * @returns whether the GPU computes right in half precision; false too where it cannot at all.
 */
export async function provesHalf(gpu: Gpu, pipelines: Pipelines): Promise<boolean> {
  if (!gpu.device.features.has('shader-f16')) return false;
  const input = constant('input', ROWS, DEPTH, (row, i) => ((row * 7 + i * 3) % 9) / 4 - 1);
  const matrix: Matrix = {
    name: 'matrix',
    depth: DEPTH,
    channels: CHANNELS,
    isInt8: true,
    values: () => Int8Array.from({ length: DEPTH * CHANNELS }, (_, at) => ((at * 5) % 13) - 6),
  };
  const program = new Program();
  const output = product(program, 'proof', {
    input: { value: input, width: ROWS, height: 1, channels: DEPTH },
    matrix,
    perChannel: scaleAndShift,
    isScaled: true,
  }).value;
  if ('depth' in output) return false;
  program.kept.add(output);
  let weights: GpuWeights | null = null;
  let network: GpuNetwork | null = null;
  try {
    weights = await GpuWeights.upload(gpu, program, 'int8-fp16', { tensor: noTensor });
    network = await GpuNetwork.open(gpu, pipelines, program, 'int8-fp16', weights);
    network.run();
    const bytes = await gpu.readCopy(network.bufferOf(output), 2 * ROWS * CHANNELS);
    const found = Float32Array.from(new Uint16Array(bytes), floatOfHalf);
    return isRight(found, input, matrix);
  } catch (error) {
    // A shader that the driver refuses proves as much as a wrong answer.
    if (error instanceof AppError && error.code === 'gpu/failed') return false;
    throw error;
  } finally {
    network?.dispose();
    weights?.dispose();
  }
}

const scaleAndShift: Vector = {
  name: 'channels',
  length: 4 * CHANNELS,
  values: () => {
    // By turns for four channels: scale 1/4, bias 1, scale 1/2, shift −1.
    const each = [0.25, 1, 0.5, -1];
    return Float32Array.from({ length: 4 * CHANNELS }, (_, at) => each[Math.floor(at / 4) % 4]!);
  },
};

function isRight(found: Float32Array, input: Matrix, matrix: Matrix): boolean {
  const a = input.values({ tensor: noTensor });
  const b = matrix.values({ tensor: noTensor });
  return found.every((value, at) => {
    const row = Math.floor(at / CHANNELS);
    let sum = 0;
    for (let i = 0; i < DEPTH; i++) sum += a[row * DEPTH + i]! * b[i * CHANNELS + (at % CHANNELS)]!;
    const expected = (sum * 0.25 + 1) * 0.5 - 1;
    return Math.abs(value - expected) <= MOST_ERROR * Math.max(1, Math.abs(expected));
  });
}

function constant(
  name: string,
  depth: number,
  channels: number,
  at: (row: number, channel: number) => number,
): Matrix {
  const values = () =>
    Float32Array.from({ length: depth * channels }, (_, i) =>
      at(Math.floor(i / channels), i % channels),
    );
  return { name, depth, channels, isInt8: false, values };
}

function noTensor(name: string): never {
  throw new AppError('bug/invariant', `The proof has no stored tensor ${name}.`);
}
