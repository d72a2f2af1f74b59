import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import { Equipment } from '../../../src/worker/equipment.ts';
import { Gallery } from '../../../src/worker/gallery.ts';
import { GPU_LIMITS, GpuPatience } from '../../../src/worker/gpu-patience.ts';
import { Jobs } from '../../../src/worker/jobs.ts';
import { prepare } from '../../../src/worker/prepare.ts';
import type { Workshop } from '../../../src/worker/workshop.ts';
import type { ColorizeWish } from '../../../src/worker/protocol.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';
import { FaultyEngine } from './faulty-engine.ts';

const catalogue = new URL('/random-coloriser/catalogue.json', location.origin);
// A software adapter that passes for hardware; its kernels are those of the size that is prepared.
const wish: ColorizeWish = { kind: 'auto', size: 32, device: 'webgpu', wantsPreview: false };

let faulty: FaultyEngine;
beforeEach(() => {
  faulty = new FaultyEngine();
});
afterEach(() => {
  faulty.engine.terminate();
  vi.restoreAllMocks();
});

async function open(): Promise<OpenPhotograph> {
  return faulty.engine.open(await drawnPhotograph(64, 64, 'image/png'), 'scene.png');
}

async function pipelinesMade(): Promise<number> {
  return (await faulty.census()).counts.pipelines;
}

test('what is prepared takes no memory; the first run compiles nothing more, and shares the work where it comes meanwhile', async () => {
  await faulty.engine.prepare('low');
  const prepared = await faulty.census();
  expect(prepared.counts.pipelines).toBeGreaterThan(20);
  expect(prepared.counts.fetches, 'shards of weights').toBe(0);
  expect(prepared.liveBytes).toBe(0);
  const photograph = await open();
  const after = await photograph.colorize(wish);
  expect(after.plan.backend).toBe('webgpu');
  expect(await pipelinesMade()).toBe(0);
  await faulty.engine.release();
  const preparing = faulty.engine.prepare('low');
  const meanwhile = await photograph.colorize(wish);
  await preparing;
  expect(meanwhile.attempts).toHaveLength(1);
  expect(await pipelinesMade(), 'each kernel once').toBe(prepared.counts.pipelines);
}, 120_000);

test('kernels that could not be compiled ahead are compiled by the run', async () => {
  await faulty.engine.machine();
  faulty.arm('pipeline-failed', { after: 1 });
  await faulty.engine.prepare('low');
  const report = await (await open()).colorize(wish);
  expect(report.attempts).toHaveLength(1);
  expect(report.plan.backend).toBe('webgpu');
}, 120_000);

test('a GPU that never ends compiling is given back, for the run to begin on another', async () => {
  vi.spyOn(GPUAdapterInfo.prototype, 'isFallbackAdapter', 'get').mockReturnValue(false);
  const compiling = vi.spyOn(GPUDevice.prototype, 'createComputePipelineAsync');
  compiling.mockReturnValue(new Promise(() => {}));
  const workshop = await openWorkshop({ ...GPU_LIMITS, tickMs: 10, loadMs: 500 });
  const { equipment } = workshop;
  const { gpu } = await equipment.gpuPlace();
  const preparing = prepare(workshop, new Jobs(), undefined);
  await expect(preparing).rejects.toMatchObject({ code: 'gpu/stalled' });
  expect(equipment.gpu).toBeNull();
  expect((await equipment.gpuPlace()).gpu).not.toBe(gpu);
  await equipment.release();
});

test('where the processor will do the work, nothing is opened', async () => {
  const workshop = await openWorkshop();
  expect(workshop.equipment.adapterReport?.isFallback).toBe(true);
  await prepare(workshop, new Jobs(), undefined);
  expect(workshop.equipment.gpu).toBeNull();
});

async function openWorkshop(limits = GPU_LIMITS): Promise<Workshop> {
  const gallery = new Gallery();
  const equipment = await Equipment.open(catalogue, () => gallery.dropColourings());
  return { equipment, gallery, patience: new GpuPatience(limits) };
}
