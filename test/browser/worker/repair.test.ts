import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RepairJob, RepairState } from '../../../src/pipelines/repair/job.ts';
import type { RepairPatch } from '../../../src/pipelines/repair/patches.ts';
import { Equipment } from '../../../src/worker/equipment.ts';
import { Gallery } from '../../../src/worker/gallery.ts';
import { GpuPatience } from '../../../src/worker/gpu-patience.ts';
import type { RepairProgress, RepairWish } from '../../../src/worker/repair-progress.ts';
import { repairPhotograph, searchDamage } from '../../../src/worker/run-repair.ts';
import type { Workshop } from '../../../src/worker/workshop.ts';
import { raiseOutOfMemory } from '../../fault/platform/error-scopes.ts';
import { patchGpu } from '../../fault/platform/gpu-faults.ts';
import { arm, takeCounts } from '../../fault/platform/moments.ts';

// The whole way of a repair with the tiny model of random weights, on a photograph of one tile.
const [WIDTH, HEIGHT] = [60, 44];
const nothing = { failed: [], isGpuLeftOut: false };
const onGpu: RepairWish = { device: 'webgpu', past: nothing };
const onWasm: RepairWish = { device: 'wasm', past: nothing };
const signal = new AbortController().signal;
const quiet = () => Promise.resolve();
let workshop: Workshop;

beforeAll(async () => {
  // No real device runs out of memory, or answers with nonsense, on demand.
  patchGpu();
  const catalogue = new URL('/test/fixtures/repair/catalogue.json', location.href);
  const equipment = await Equipment.open(catalogue, () => undefined);
  workshop = { equipment, gallery: new Gallery(), patience: new GpuPatience() };
});
afterAll(() => workshop.equipment.release());

function jobOf(): RepairJob {
  const lightness = {
    ...{ width: WIDTH, height: HEIGHT },
    data: Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => 20_000 + ((i * 7919) % 30_000)),
  };
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    return Math.abs((i % WIDTH) - 30 - Math.floor(i / WIDTH / 4)) < 3 ? 1 : 0;
  });
  const mask = { width: WIDTH, height: HEIGHT, data };
  return { lightness, mask, mode: 'sampled', seed: 11, state: null };
}

function largestDifference(a: readonly RepairPatch[], b: readonly RepairPatch[]): number {
  expect(a.map(({ x, y, width, height }) => [x, y, width, height])).toEqual(
    b.map(({ x, y, width, height }) => [x, y, width, height]),
  );
  let most = 0;
  a.forEach(({ mask, lightness }, patch) => {
    lightness.forEach((value, i) => {
      if (mask[i] === 1) most = Math.max(most, Math.abs(value - b[patch]!.lightness[i]!));
    });
  });
  return most;
}

test('a repair on a GPU is that on wasm, goes on where memory or device are lost, and from a state', async () => {
  const job = jobOf();
  const told: RepairProgress[] = [];
  const hear = async (progress: RepairProgress) => void told.push(progress);
  const whole = await repairPhotograph(workshop, job, onGpu, hear, signal);
  const stages = [...new Set(told.map(({ stage }) => stage))];
  expect(stages).toEqual(
    expect.arrayContaining([
      'load',
      'begin',
      'warm-up',
      'repair-plan',
      'sampling',
      'sampled',
      'memory',
      'attempt',
    ]),
  );
  expect(whole.report.attempts.map(({ error }) => error)).toEqual([null]);
  expect(whole.report.peakGpuBytes).toBeLessThanOrEqual(whole.report.attempts[0]!.plan.peakBytes);
  expect(whole.report.firstTileMs).toBeGreaterThan(whole.report.laterTileMs);
  const area = whole.patches.reduce(
    (sum, { mask }) => sum + mask.reduce((all, one) => all + one, 0),
    0,
  );
  expect(area).toBe(job.mask.data.reduce((all, one) => all + one, 0));

  const wasm = await repairPhotograph(workshop, job, onWasm, quiet, signal);
  expect(largestDifference(whole.patches, wasm.patches)).toBeLessThan(8);

  let state: RepairState | undefined;
  const steps: number[] = [];
  const losing = (progress: RepairProgress) => {
    if (progress.stage !== 'sampled') return quiet();
    steps.push(progress.place.step);
    const { device } = workshop.equipment.gpu!;
    if (progress.place.step === 1) raiseOutOfMemory(device, 'No room.');
    if (progress.place.step === 2) {
      state = structuredClone(progress.state);
      device.destroy();
    }
    return quiet();
  };
  const after = await repairPhotograph(workshop, job, onGpu, losing, signal);
  expect(steps).toEqual([1, 2, 3, 4]);
  const codes = after.report.attempts.map(({ error }) => error?.code);
  expect(codes).toEqual(['gpu/out-of-memory', 'gpu/device-lost', undefined]);
  expect(after.report.steps).toHaveLength(2);
  expect(largestDifference(whole.patches, after.patches)).toBeLessThan(8);

  const resumed = await repairPhotograph(
    workshop,
    { ...job, state: state! },
    onWasm,
    quiet,
    signal,
  );
  expect(largestDifference(whole.patches, resumed.patches)).toBeLessThan(8);
}, 120_000);

test.each(['nan-output', 'flat-output', 'saturated-output'] as const)(
  'a step whose answer is spoilt (%s) is taken again elsewhere',
  async (kind) => {
    const job = jobOf();
    const sound = await repairPhotograph(workshop, job, onWasm, quiet, signal);
    const where = { share: 1, moment: 0, draw: 0.6 };
    // At the second step of four.
    const clean = { ...takeCounts(), answers: 1 };
    arm({ job: 'repair', kind, ...where, isLasting: false, photographs: 1, clean });
    const { patches, report } = await repairPhotograph(workshop, job, onGpu, quiet, signal);
    expect(report.attempts.map(({ error }) => error?.code)).toEqual([
      'output/implausible',
      undefined,
    ]);
    expect(largestDifference(patches, sound.patches)).toBeLessThan(8);
  },
  60_000,
);

test('damage is looked for on a GPU as on wasm', async () => {
  const { lightness } = jobOf();
  const gpu = await searchDamage(workshop, lightness, onGpu, quiet, signal);
  const wasm = await searchDamage(workshop, lightness, onWasm, quiet, signal);
  expect([gpu.map.width, gpu.map.height]).toEqual([WIDTH, HEIGHT]);
  const off = gpu.map.data.map((value, i) => Math.abs(value - wasm.map.data[i]!));
  expect(Math.max(...off)).toBeLessThanOrEqual(1);
  expect(new Set(gpu.map.data).size).toBeGreaterThan(10);
}, 60_000);

test('a repair that is cancelled ends at its next tile', async () => {
  const controller = new AbortController();
  const told: string[] = [];
  const hear = (progress: RepairProgress) => {
    told.push(progress.stage);
    if (progress.stage === 'sampling') controller.abort();
    return quiet();
  };
  const run = repairPhotograph(workshop, jobOf(), onWasm, hear, controller.signal);
  await expect(run).rejects.toMatchObject({ code: 'job/aborted' });
  expect(told).not.toContain('sampled');
}, 60_000);
