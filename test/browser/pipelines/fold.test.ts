import { expect, test } from 'vitest';
import { floatOfHalf } from '../../../src/models/half.ts';
import { defaultModel } from '../../../src/models/catalogue.ts';
import { ContentStore } from '../../../src/models/store.ts';
import type { Variant } from '../../../src/models/variant.ts';
import { openOnGpu, runOnGpu } from '../../../src/pipelines/colorize/gpu-network.ts';
import type { GpuPlace } from '../../../src/pipelines/colorize/place.ts';
import { openOnWasm, runOnWasm } from '../../../src/pipelines/colorize/wasm-network.ts';
import type { Plan } from '../../../src/planner/plan.ts';
import { GpuPainter } from '../../../src/runtime/gpu-painter.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { Pipelines } from '../../../src/runtime/network/pipelines.ts';
import { loadRuntime } from '../../../src/runtime/onnxruntime.ts';
import { Pool } from '../../../src/runtime/pool.ts';
import { foldScene } from '../../support/fold-scene.ts';
import plain256 from '../../fixtures/fold/ab-256.f16?url';
import plain64 from '../../fixtures/fold/ab-64.f32?url';

// The shipped network against itself without the fold (test/fixtures/fold/README.md).
const MOST_DIFFERENCE = 0.05;

test('encode and paint on wasm are the plain network at 256²', async () => {
  const pool = new Pool(2 ** 30);
  const ort = await loadRuntime();
  const { model, input } = await prepared(256);
  const files = await model.bring('wasm');
  const sessions = await openOnWasm({ backend: 'wasm', ort, pool }, model, files, planOf(256));
  const ab = await runOnWasm(ort, sessions.value, input);
  sessions.release();
  await pool.shrink(0);
  const expected = Float32Array.from(new Uint16Array(await bytesAt(plain256)), floatOfHalf);
  expect(mostDifference(ab, expected)).toBeLessThanOrEqual(MOST_DIFFERENCE);
}, 60_000);

test.each([
  ['fp32', 64],
  ['int8', 64],
  ['int8 in tiles', 32],
] as const)(
  'the kernels in %s are the plain network at 64²',
  async (name, tileRows) => {
    const place = await gpuPlace();
    const variant = name === 'fp32' ? 'fp32' : 'int8';
    const ab = await abOnGpu(place, variant, 64, tileRows);
    const expected = new Float32Array(await bytesAt(plain64));
    expect(mostDifference(ab, expected)).toBeLessThanOrEqual(MOST_DIFFERENCE);
    await place.pool.shrink(0);
    expect(place.gpu.ledger.liveBytes, 'bytes left when the network is gone').toBe(0);
  },
  180_000,
);

test('two sizes that are open at once have the weights once, and a variant of its own has others', async () => {
  const place = await gpuPlace();
  const { model } = await prepared(32);
  const files = await model.bring('webgpu');
  const open = (side: number, variant: Variant) =>
    openOnGpu(place, model, files, { ...planOf(side), variant });
  const weights = () => place.gpu.ledger.live.weights;
  const small = await open(32, 'int8');
  const once = weights();
  const large = await open(64, 'int8');
  expect(large.value.network).not.toBe(small.value.network);
  expect(weights()).toBe(once);
  const wide = await open(32, 'fp32');
  expect(weights()).toBeGreaterThan(4 * once);
  wide.release();
  small.release();
  await place.pool.shrink(0);
  expect(weights(), 'the other size still uses them').toBe(once);
  large.release();
  await place.pool.shrink(0);
  expect(place.gpu.ledger.liveBytes).toBe(0);
}, 180_000);

async function gpuPlace(): Promise<GpuPlace> {
  const gpu = await Gpu.open();
  const pool = new Pool(2 ** 30);
  const painter = new GpuPainter(gpu);
  return { backend: 'webgpu', gpu, pipelines: new Pipelines(gpu), pool, painter };
}

async function abOnGpu(
  place: GpuPlace,
  variant: Variant,
  side: number,
  tileRows: number,
): Promise<Float32Array> {
  const { model, input } = await prepared(side);
  const files = await model.bring('webgpu');
  const network = await openOnGpu(place, model, files, { ...planOf(side), variant, tileRows });
  const buffer = runOnGpu(network.value, input);
  const ab = await place.gpu.readCopy(buffer, 2 * side * side * 4);
  network.release();
  return new Float32Array(ab);
}

async function prepared(side: number) {
  const store = await ContentStore.open('fold-test');
  const model = await defaultModel(new URL('/models/catalogue.json', location.href), store);
  const gray = Float32Array.from(foldScene(side), (level) => level / 255);
  const input = { size: sizeOf(side), gray, guide: new Float32Array(side * side) };
  return { model, input };
}

function planOf(side: number): Plan {
  return {
    model: 'ddcolor-pico',
    backend: 'webgpu',
    variant: 'fp32',
    size: side,
    network: sizeOf(side),
    tileRows: side,
    peakBytes: 0,
    reason: '',
    considered: [],
  } as unknown as Plan;
}

function sizeOf(side: number) {
  return { width: side, height: side, contentWidth: side, contentHeight: side };
}

async function bytesAt(url: string): Promise<ArrayBuffer> {
  return (await fetch(url)).arrayBuffer();
}

function mostDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}
