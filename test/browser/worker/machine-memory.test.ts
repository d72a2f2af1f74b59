import { beforeEach, expect, test } from 'vitest';
import { ContentStore } from '../../../src/models/store.ts';
import { NO_HISTORY } from '../../../src/planner/history.ts';
import { MachineMemory } from '../../../src/worker/machine-memory.ts';
import type { Attempt } from '../../../src/worker/protocol.ts';

const adapter = {
  vendor: 'arm',
  architecture: 'valhall',
  device: '',
  description: '',
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
};
const NAME = 'adapter:arm/valhall///268435456/134217728';

/** A try on the GPU, as much of it as is learnt from. */
function attempt(
  peakGpuBytes: number,
  code: 'gpu/out-of-memory' | null = null,
  at = 'webgpu',
  plannedBytes = peakGpuBytes,
) {
  const plan = { backend: at, peakBytes: plannedBytes };
  const error = code && { code, message: '', detail: {} };
  return { plan, error, peakGpuBytes } as unknown as Attempt;
}

let store: ContentStore;
let visits = 0;
beforeEach(async () => {
  store = await ContentStore.open(`machine-memory-test-${++visits}`);
});

test('what an adapter reached and failed at is there in the next visit, for it alone', async () => {
  const memory = await MachineMemory.of(adapter, store);
  expect(memory.history).toEqual(NO_HISTORY);
  await memory.learn(attempt(200e6));
  await memory.learn(attempt(300e6, 'gpu/out-of-memory'));
  await memory.noteTrial({ wantedBytes: 500e6, gotBytes: 400e6 });
  await memory.noteProbe({ firstMs: 900, warmMs: 90, preset: 'medium' });
  const next = await MachineMemory.of(adapter, store);
  expect(next.history).toEqual(memory.history);
  expect(next.history).toMatchObject({
    reached: { peakBytes: 200e6 },
    failed: { peakBytes: 300e6, code: 'gpu/out-of-memory' },
    trial: { gotBytes: 400e6 },
    probe: { preset: 'medium' },
  });
  const other = await MachineMemory.of({ ...adapter, maxBufferSize: 2 ** 30 }, store);
  expect(other.history).toEqual(NO_HISTORY);
});

test('what a worker that died was planned to take counts; the processor teaches nothing', async () => {
  const memory = await MachineMemory.of(adapter, store);
  await memory.learn(attempt(0, 'gpu/out-of-memory', 'webgpu', 77e6));
  await memory.learn(attempt(900e6, null, 'wasm'));
  expect(memory.history).toMatchObject({ failed: { peakBytes: 77e6 }, reached: null });
});

test('what was kept beside a run is not reached by it: the budget would grow with what fills it', async () => {
  const memory = await MachineMemory.of(adapter, store);
  await memory.learn(attempt(600e6, null, 'webgpu', 110e6));
  expect(memory.history.reached?.peakBytes).toBe(110e6);
  await memory.learn(attempt(600e6, 'gpu/out-of-memory', 'webgpu', 110e6));
  expect(memory.history.failed?.peakBytes).toBe(600e6);
});

test('two tabs keep each other’s findings', async () => {
  const one = await MachineMemory.of(adapter, store);
  const two = await MachineMemory.of(adapter, store);
  await one.learn(attempt(300e6));
  await two.noteTrial({ wantedBytes: 500e6, gotBytes: 500e6 });
  expect((await MachineMemory.of(adapter, store)).history).toMatchObject({
    reached: { peakBytes: 300e6 },
    trial: { gotBytes: 500e6 },
  });
});

test.each([
  ['damaged', { ...NO_HISTORY, reached: { peakBytes: NaN, at: 1 } }],
  ['foreign', 'something else'],
  ['of another version', { reached: null }],
  [
    'from the future',
    { ...NO_HISTORY, failed: { peakBytes: 1, at: Date.now() * 2, code: 'gpu/failed' } },
  ],
])('what is %s is forgotten, and replaced by what is learnt', async (_, kept) => {
  await store.remember(NAME, kept);
  const memory = await MachineMemory.of(adapter, store);
  expect(memory.history).toEqual(NO_HISTORY);
  await memory.learn(attempt(200e6));
  expect((await MachineMemory.of(adapter, store)).history.reached?.peakBytes).toBe(200e6);
});

test('where nothing can be kept it lasts as long as the worker', async () => {
  const refused = { recall: () => Promise.resolve(null), remember: () => Promise.resolve(false) };
  const memory = await MachineMemory.of(adapter, refused);
  await memory.learn(attempt(200e6));
  await memory.learn(attempt(300e6));
  expect(memory.history.reached?.peakBytes).toBe(300e6);
  const none = await MachineMemory.of(null, store);
  await none.learn(attempt(200e6));
  expect(none.history.reached?.peakBytes).toBe(200e6);
});
