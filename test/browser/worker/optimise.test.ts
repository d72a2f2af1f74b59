import { afterEach, expect, test, vi } from 'vitest';
import { Engine } from '../../../src/worker/client.ts';
import { Equipment } from '../../../src/worker/equipment.ts';
import { Gallery } from '../../../src/worker/gallery.ts';
import { GpuPatience } from '../../../src/worker/gpu-patience.ts';
import { optimise } from '../../../src/worker/optimise.ts';
import type { Progress } from '../../../src/worker/protocol.ts';

const catalogue = new URL('/random-coloriser/catalogue.json', location.origin);
/** A software adapter takes a minute at 256². */
const SIDE = 32;
const MIB = 2 ** 20;

afterEach(() => void vi.restoreAllMocks());

async function openWorkshop() {
  const gallery = new Gallery();
  const equipment = await Equipment.open(catalogue, () => gallery.dropColourings());
  return { equipment, gallery, patience: new GpuPatience() };
}

/** The software adapter, taken for the GPU of a phone: slower, and on the same way. */
function trustTheGpu() {
  vi.spyOn(GPUAdapterInfo.prototype, 'isFallbackAdapter', 'get').mockReturnValue(false);
  const limits = GPUSupportedLimits.prototype;
  vi.spyOn(limits, 'maxStorageBufferBindingSize', 'get').mockReturnValue(128 * MIB);
}

test('a GPU that is software is not measured, and the sentence says so', async () => {
  const url = new URL('./engine-at-root.worker.ts', import.meta.url);
  const engine = new Engine(() => new Worker(url, { type: 'module' }));
  const found = await engine.optimise();
  expect(found).toMatchObject({ preset: null, warmMs: null, memory: null });
  expect(found.sentence).toContain('The only GPU here is software');
  engine.terminate();
});

test('a GPU is timed twice, asked for memory, and remembered with what suits it', async () => {
  trustTheGpu();
  const workshop = await openWorkshop();
  const heard: Progress['stage'][] = [];
  const tell = ({ stage }: Progress) => void heard.push(stage);
  const found = await optimise(workshop, tell, new AbortController().signal, SIDE);
  expect(heard.filter((stage) => stage === 'infer')).toHaveLength(2);
  expect(found.preset).toBe('low');
  expect(found.memory).toEqual({ wantedBytes: 320 * MIB, gotBytes: 320 * MIB });
  expect(found.sentence).toMatch(
    /^Low suits this machine: a small picture takes [\d.]+ s, and 336 MB of GPU memory can be had\.$/,
  );
  await workshop.equipment.release();
  const { facts } = (await openWorkshop()).equipment;
  expect(facts.history).toMatchObject({
    probe: { preset: 'low', warmMs: found.warmMs },
    trial: { gotBytes: found.memory!.gotBytes },
    reached: { peakBytes: expect.any(Number) },
  });
}, 60_000);

test('a GPU that fails at it is an answer, and is opened anew for the next run', async () => {
  trustTheGpu();
  const workshop = await openWorkshop();
  const { gpu } = await workshop.equipment.gpuPlace();
  const tell = ({ stage }: Progress) => {
    if (stage === 'load') gpu.device.destroy();
  };
  const found = await optimise(workshop, tell, new AbortController().signal, SIDE);
  expect(found.preset).toBeNull();
  expect(found.sentence).toMatch(/^The GPU failed at the measurement, and nothing was changed: /);
  expect((await workshop.equipment.gpuPlace()).gpu.isLost).toBe(false);
  await workshop.equipment.release();
}, 60_000);
