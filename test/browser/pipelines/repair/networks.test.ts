import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Variant } from '../../../../src/models/variant.ts';
import type { GpuPlace, WasmPlace } from '../../../../src/pipelines/colorize/place.ts';
import {
  openTileNetwork,
  type NetworkName,
} from '../../../../src/pipelines/repair/tile-network.ts';
import { GpuPainter } from '../../../../src/runtime/gpu-painter.ts';
import { Gpu } from '../../../../src/runtime/gpu.ts';
import { Pipelines } from '../../../../src/runtime/network/pipelines.ts';
import { loadRuntime } from '../../../../src/runtime/onnxruntime.ts';
import { Pool } from '../../../../src/runtime/pool.ts';
import { repairProbe } from '../../../support/repair-model.ts';
import { largestDifference } from '../../../support/wasm-graphs.ts';

// The kernels against the exported graphs, at a size that is no square.
const [WIDTH, HEIGHT] = [64, 48];
const AREA = WIDTH * HEIGHT;
const model = repairProbe();
let gpuPlace: GpuPlace;
let wasmPlace: WasmPlace;

beforeAll(async () => {
  const gpu = await Gpu.open();
  const pool = new Pool(2 ** 28);
  const painter = new GpuPainter(gpu);
  gpuPlace = { backend: 'webgpu', gpu, pool, painter, pipelines: new Pipelines(gpu) };
  wasmPlace = { backend: 'wasm', ort: await loadRuntime(), pool: new Pool(2 ** 28) };
});

afterAll(async () => {
  await wasmPlace.pool.shrink(0);
  gpuPlace.gpu.close();
});

function planesOf(name: NetworkName): Float32Array<ArrayBuffer> {
  const wave = (i: number) => Math.sin((i + 1) * 12.9898);
  const masked = (i: number) => (Math.floor(i / 7) % 3 === 0 ? 1 : 0);
  return Float32Array.from({ length: (name === 'detect' ? 1 : 4) * AREA }, (_, i) =>
    Math.floor(i / AREA) === 2 ? masked(i) : wave(i),
  );
}

async function answer(
  place: GpuPlace | WasmPlace,
  name: NetworkName,
  variant: Variant,
  level: number,
): Promise<Float32Array> {
  const files = await model.bring(place.backend);
  const size = { width: WIDTH, height: HEIGHT, peakBytes: 1e7 };
  const network = await openTileNetwork(place, { model, files, name, variant, ...size });
  const result = (await network.value.run(planesOf(name), level)).slice();
  network.release();
  return result;
}

test.each([
  ['detect', 'int8', 1],
  ['detect', 'fp32', 1],
  ['restore', 'int8', 1],
  ['restore', 'int8', 0.37],
  ['restore', 'fp32', 0.37],
] as const)('%s in %s at level %f is what its graph gives', async (name, variant, level) => {
  const expected = await answer(wasmPlace, name, 'fp32', level);
  const found = await answer(gpuPlace, name, variant, level);
  expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.5);
  expect(largestDifference(found, expected)).toBeLessThan(2e-5);
});

test('the noise level matters to the restorer', async () => {
  const [high, low] = [
    await answer(gpuPlace, 'restore', 'int8', 1),
    await answer(gpuPlace, 'restore', 'int8', 0.37),
  ];
  expect(largestDifference(high, low)).toBeGreaterThan(1e-3);
});

test('nothing is left on the GPU when the networks are gone', async () => {
  await gpuPlace.pool.shrink(0);
  expect(gpuPlace.gpu.ledger.liveBytes).toBe(0);
});
