import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Variant } from '../../../src/models/variant.ts';
import { ddcolor } from '../../../src/pipelines/colorize/ddcolor.ts';
import { DdcolorWeights } from '../../../src/pipelines/colorize/ddcolor-weights.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { planBuffers } from '../../../src/runtime/network/buffer-plan.ts';
import { GpuNetwork } from '../../../src/runtime/network/gpu-network.ts';
import { GpuWeights } from '../../../src/runtime/network/gpu-weights.ts';
import { Pipelines } from '../../../src/runtime/network/pipelines.ts';
import { Program } from '../../../src/runtime/network/program.ts';
import { Pool } from '../../../src/runtime/pool.ts';
import { randomDdcolor } from '../../../src/bench/random-ddcolor.ts';
import type { DdcolorSides } from '../../../src/pipelines/colorize/ddcolor-shapes.ts';

/** A DDColor of every kind of step, small enough for a software GPU. */
const SMALL: DdcolorSides = {
  depths: [1, 1, 1, 1],
  dims: [8, 16, 24, 40],
  width: 24,
  queries: 20,
  queryChannels: 64,
  feedForward: 72,
  layers: 4,
};
const source = randomDdcolor(SMALL, 7);
const weightsOf = new DdcolorWeights(source, 20);
const GRAY = { slope: [1, -2], offset: [0.5, 0.25] } as const;

let gpu: Gpu;
let pipelines: Pipelines;
beforeAll(async () => {
  gpu = await Gpu.open();
  pipelines = new Pipelines(gpu);
});
afterAll(() => gpu.close());

test('tiles give the very numbers of the whole, at odd sizes and heights', async () => {
  for (const [width, height] of [
    [64, 96],
    [96, 160],
    [32, 224],
  ] as const) {
    const whole = await abOf('fp32', width, height, height);
    expect(new Set(whole).size, 'different colours').toBeGreaterThan(1000);
    for (const tileRows of [32, 36, 64, height - 4]) {
      expect(await abOf('fp32', width, height, tileRows)).toEqual(whole);
    }
  }
}, 120_000);

test('int8 weights that stay int8 give what fp32 gives', async () => {
  const full = await abOf('fp32', 64, 64, 64);
  const int8 = await abOf('int8', 64, 64, 64);
  const distance = int8.reduce((sum, value, i) => sum + Math.abs(value - full[i]!), 0);
  expect(distance / full.length).toBeLessThan(1e-4);
}, 60_000);

test('fifty loads, runs and releases leave nothing behind', async () => {
  const before = gpu.ledger.liveBytes;
  for (let i = 0; i < 50; i++) await abOf('int8', 32, 32, 32);
  expect(gpu.ledger.liveBytes).toBe(before);
}, 120_000);

test('two pipelines that share an encoder have its weights once', async () => {
  const pool = new Pool(2 ** 30);
  const { program } = ddcolor(weightsOf, 64, 64, GRAY, 64);
  const lease = () =>
    pool.lease('weights', 0, async () => {
      const value = await GpuWeights.upload(gpu, program, 'int8', source);
      return { value, bytes: value.bytes, dispose: () => value.dispose() };
    });
  const before = gpu.ledger.live.weights;
  const [first, second] = await Promise.all([lease(), lease()]);
  expect(second.value).toBe(first.value);
  expect(gpu.ledger.live.weights - before).toBe(first.value.bytes);
  first.release();
  await pool.shrink(0);
  expect(gpu.ledger.live.weights - before, 'the other still uses them').toBe(first.value.bytes);
  second.release();
  await pool.shrink(0);
  expect(gpu.ledger.live.weights).toBe(before);
}, 60_000);

test('a network takes on the GPU exactly what was planned', async () => {
  const { program } = ddcolor(weightsOf, 96, 64, GRAY, 32);
  const before = gpu.ledger.live;
  const weights = await GpuWeights.upload(gpu, program, 'int8', source);
  const network = await GpuNetwork.open(gpu, pipelines, program, 'int8', weights);
  const planned = planBuffers(program, 'int8').sizes.reduce((sum, size) => sum + size, 0);
  const uniforms = 256 * program.steps.length;
  expect(gpu.ledger.live.activations - before.activations).toBe(planned + uniforms);
  network.dispose();
  weights.dispose();
}, 60_000);

test('a size whose buffer no GPU here can bind is refused before anything is made', async () => {
  const program = new Program();
  program.keptTensor(gpu.device.limits.maxStorageBufferBindingSize / 4 + 4, 'f32');
  const weights = await GpuWeights.upload(gpu, program, 'fp32', source);
  const before = gpu.ledger.liveBytes;
  const opening = GpuNetwork.open(gpu, pipelines, program, 'fp32', weights);
  await expect(opening).rejects.toMatchObject({ code: 'gpu/limit' });
  expect(gpu.ledger.liveBytes).toBe(before);
});

async function abOf(
  variant: Variant,
  width: number,
  height: number,
  tileRows: number,
): Promise<Float32Array> {
  const { program, gray, ab } = ddcolor(weightsOf, width, height, GRAY, tileRows);
  const weights = await GpuWeights.upload(gpu, program, variant, source);
  const network = await GpuNetwork.open(gpu, pipelines, program, variant, weights);
  try {
    network.write(gray, drawn(width, height));
    network.run();
    return new Float32Array(await gpu.readCopy(network.bufferOf(ab), 8 * width * height));
  } finally {
    network.dispose();
    weights.dispose();
  }
}

function drawn(width: number, height: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: width * height },
    (_, i) => (((i % width) * 7 + Math.floor(i / width) * 13) % 101) / 100,
  );
}
