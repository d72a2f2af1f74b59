import { afterAll, expect, test } from 'vitest';
import { Model } from '../../../src/models/model.ts';
import { ContentStore } from '../../../src/models/store.ts';
import { floatOfHalf } from '../../../src/models/weights.ts';
import {
  openSessions,
  runNetwork,
  type NetworkPlace,
} from '../../../src/pipelines/colorize/network.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { chooseBuild, loadRuntime } from '../../../src/runtime/onnxruntime.ts';
import { SessionPool } from '../../../src/runtime/session-pool.ts';
import { foldScene } from '../../support/fold-scene.ts';
import plain256 from '../../fixtures/fold/ab-256.f16?url';
import plain64 from '../../fixtures/fold/ab-64.f32?url';

// The shipped graphs against the network without the fold (test/fixtures/fold/README.md).
const MOST_DIFFERENCE = 0.05;

const pools: SessionPool[] = [];
afterAll(async () => {
  for (const pool of pools) await pool.clear();
});

test('encode and paint on wasm are the plain network at 256²', async () => {
  const pool = new SessionPool(2);
  pools.push(pool);
  const place = { ort: await loadRuntime('wasm'), build: 'wasm', gpu: null, pool } as const;
  const halves = new Uint16Array(await bytesAt(plain256));
  const expected = Float32Array.from(halves, floatOfHalf);
  expect(mostDifference(await abOf(place, 256), expected)).toBeLessThanOrEqual(MOST_DIFFERENCE);
}, 60_000);

test('encode and paint on WebGPU are the plain network at 64²', async () => {
  const gpu = await Gpu.open();
  const pool = new SessionPool(2);
  pools.push(pool);
  const build = chooseBuild(true);
  const place = { ort: await loadRuntime(build), build, gpu, pool };
  const expected = new Float32Array(await bytesAt(plain64));
  expect(mostDifference(await abOf(place, 64), expected)).toBeLessThanOrEqual(MOST_DIFFERENCE);
  expect(gpu.ledger.peakBytes, 'bytes of weights and activations').toBeGreaterThan(69_000_000);
  await pool.clear();
  expect(gpu.ledger.liveBytes, 'bytes left when the sessions are gone').toBe(0);
}, 180_000);

async function abOf(place: NetworkPlace, side: number): Promise<Float32Array> {
  const store = await ContentStore.open('fold-test');
  const model = await Model.find(new URL('/models/catalogue.json', location.href), store);
  const size = { width: side, height: side, contentWidth: side, contentHeight: side };
  const gray = new Float32Array(3 * side * side);
  const levels = Float32Array.from(foldScene(side), (level) => level / 255);
  for (const channel of [0, 1, 2]) gray.set(levels, channel * side * side);
  const sessions = await openSessions(place, model, await model.bring('fp32'), 'fp32', size);
  const output = await runNetwork(place, sessions, {
    size,
    gray,
    guide: new Float32Array(side * side),
  });
  if (output.place === 'cpu') return output.ab;
  const ab = await place.gpu!.readCopy(output.buffer, 2 * side * side * 4);
  output.dispose();
  return new Float32Array(ab);
}

async function bytesAt(url: string): Promise<ArrayBuffer> {
  return (await fetch(url)).arrayBuffer();
}

function mostDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}
