import { proxy, wrap } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type {
  Attempt,
  ColorizeWish,
  EngineApi,
  Progress,
  RunReport,
} from '../../../src/worker/protocol.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';
import { FaultyEngine } from './faulty-engine.ts';

// Real runs on real WebGPU, by a software adapter: at the smallest size that the network sees.
const onGpu: ColorizeWish = { kind: 'auto', size: 32, device: 'webgpu', wantsPreview: false };
const onWasm: ColorizeWish = { ...onGpu, device: 'wasm' };
const look = { strength: 1, saturation: 1 };
const png = { format: 'png', quality: 1, look } as const;

let faulty: FaultyEngine;
beforeEach(async () => {
  // What an adapter failed at is remembered, and would be planned by.
  await new Promise((resolve) => {
    Object.assign(indexedDB.deleteDatabase('autochrome-content'), {
      onsuccess: resolve,
      onblocked: resolve,
      onerror: resolve,
    });
  });
  faulty = new FaultyEngine();
});
afterEach(() => faulty.engine.terminate());

async function open(side = 64): Promise<OpenPhotograph> {
  return faulty.engine.open(await drawnPhotograph(side, side, 'image/png'), 'scene.png');
}

/**
 * Colours a photograph, with everything that was told meanwhile. What is told comes through a port of its own,
 * the last of it perhaps after the report.
 */
async function colorize(
  photograph: OpenPhotograph,
  wish: ColorizeWish,
  onProgress: (progress: Progress) => void = () => {},
): Promise<RunReport & { notices: string[]; told: (string | undefined)[] }> {
  const notices: string[] = [];
  const told: (string | undefined)[] = [];
  const report = await photograph.colorize(wish, {
    onProgress(progress) {
      if (progress.stage === 'notice') notices.push(progress.sentence);
      if (progress.stage === 'attempt') told.push(progress.attempt.error?.code);
      onProgress(progress);
    },
  });
  return { ...report, notices, told };
}

async function pixelsOf(photograph: OpenPhotograph, side = 40): Promise<Uint8ClampedArray> {
  const { width, height } = photograph.info;
  const region = { x: 0, y: 0, width, height };
  const request = { of: 'coloured', region, width: side, height: side, look } as const;
  return levelsOf(await photograph.view(request));
}

/** RGBA, row by row. */
function levelsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

function mostDifference(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  return a.reduce((most, level, i) => Math.max(most, Math.abs(level - b[i]!)), 0);
}

const codesOf = ({ attempts }: RunReport) => attempts.map(({ error }) => error?.code);

test('a device that is lost in the middle: a new one, one rung lower, the same picture; the file says so', async () => {
  faulty = new FaultyEngine('shipped');
  const photograph = await open();
  const wish = { ...onGpu, size: 64 };
  let isLost = false;
  const report = await colorize(photograph, wish, ({ stage }) => {
    if (stage !== 'infer' || isLost) return;
    isLost = true;
    faulty.arm('device-destroyed');
  });
  expect(codesOf(report)).toEqual(['gpu/device-lost', undefined]);
  await expect.poll(() => report.told).toEqual(['gpu/device-lost', undefined]);
  expect(report.plan).toMatchObject({ backend: 'webgpu', size: 64, tileRows: 32 });
  await expect
    .poll(() => report.notices)
    .toEqual(['The GPU was taken away at size 64; it was done in smaller pieces.']);
  expect(report.made).toBe(`size 64, ${report.plan.variant} on WebGPU, 1 step down`);
  expect(await (await photograph.save(png)).blob.text()).toContain(report.made);
  const coloured = await pixelsOf(photograph);
  await colorize(photograph, { ...onWasm, size: 64 });
  expect(mostDifference(coloured, await pixelsOf(photograph))).toBeLessThanOrEqual(3);
}, 120_000);

test('no room for its buffers on any rung of the GPU: the processor, and nothing is left behind', async () => {
  faulty = new FaultyEngine('shipped');
  const photograph = await open();
  faulty.arm('out-of-memory', { isLasting: true, room: 8e6 });
  const report = await colorize(photograph, onGpu);
  expect(report.plan.backend).toBe('wasm');
  expect(report.attempts.length).toBeGreaterThan(1);
  expect(new Set(codesOf(report).slice(0, -1))).toEqual(new Set(['gpu/out-of-memory']));
  await expect.poll(() => report.notices.at(-1)).toContain('the processor took over');
  expect(await faulty.census()).toMatchObject({ liveBytes: 0, devices: 0 });
}, 120_000);

test('numbers that are none: another variant on the GPU', async () => {
  const photograph = await open();
  faulty.arm('nan-output');
  const report = await colorize(photograph, onGpu);
  expect(codesOf(report)).toEqual(['output/implausible', undefined]);
  const [failed] = report.attempts;
  expect(failed!.error!.detail).toMatchObject({ problem: 'not-a-number' });
  expect(report.plan.backend).toBe('webgpu');
  expect(report.plan.variant).not.toBe(failed!.plan.variant);
}, 120_000);

test('a GPU that hangs is given up, with its device, and memory is freed on release', async () => {
  const photograph = await open();
  faulty.arm('stalled-run');
  const report = await colorize(photograph, onGpu);
  expect(codesOf(report)[0]).toBe('gpu/stalled');
  expect((await faulty.census()).devices).toBeLessThanOrEqual(1);
  const before = await pixelsOf(photograph);
  await faulty.engine.release();
  expect(await faulty.census()).toMatchObject({ liveBytes: 0, devices: 0 });
  expect(mostDifference(before, await pixelsOf(photograph))).toBeLessThanOrEqual(2);
}, 120_000);

test('a worker that is killed without a word: the run goes on in the next, other colours are kept', async () => {
  const kept = await open();
  await colorize(kept, onWasm);
  const before = await pixelsOf(kept);
  const [first] = faulty.workers;
  const photograph = await open();
  // What hangs is not finished before its end is there, however late that comes.
  faulty.arm('stalled-run');
  const report = await colorize(photograph, onGpu, ({ stage }) => {
    if (stage === 'infer') first!.terminate();
  });
  expect(codesOf(report)).toEqual(['worker/crashed', undefined]);
  await expect.poll(() => report.told).toEqual(['worker/crashed', undefined]);
  await expect.poll(() => report.notices).toHaveLength(1);
  expect(faulty.workers).toHaveLength(2);
  // Painted on the GPU before, and on the processor now, or the other way round.
  expect(mostDifference(before, await pixelsOf(kept))).toBeLessThanOrEqual(2);
}, 120_000);

test('a GPU that spoilt the last runs is left out in the next worker too', async () => {
  const photograph = await open();
  faulty.arm('pipeline-failed', { isLasting: true });
  for (const _ of [1, 2]) {
    const spoilt = await colorize(photograph, { ...onGpu, device: 'auto' });
    expect(spoilt.plan.backend).toBe('wasm');
  }
  faulty.worker.terminate();
  await expect.poll(() => faulty.engine.life).toBe(null);
  const report = await colorize(photograph, { ...onGpu, device: 'auto' });
  expect(faulty.workers).toHaveLength(2);
  expect(report.attempts).toHaveLength(1);
  expect(report.plan.backend).toBe('wasm');
  expect(report.steps[0]).toContain('The GPU failed at the last photographs');
}, 60_000);

test('a save goes on from the stripe at which the device was lost', async () => {
  const photograph = await open(1500);
  await colorize(photograph, onGpu);
  const undisturbed = await photograph.save(png);
  const stripes: number[] = [];
  const saved = await photograph.save(png, {
    onProgress(progress) {
      if (progress.stage !== 'upsample') return;
      stripes.push(progress.stripe);
      if (progress.stripe === 2) faulty.arm('device-destroyed');
    },
  });
  await expect.poll(() => stripes).toEqual([1, 2, 3]);
  expect((await faulty.census()).counts.submits).toBeGreaterThan(0);
  // The stripe is drawn by the processor then, whose sums may round the other way.
  const whole = levelsOf(await createImageBitmap(undisturbed.blob));
  const mended = levelsOf(await createImageBitmap(saved.blob));
  expect(mostDifference(whole, mended)).toBeLessThanOrEqual(1);
}, 120_000);

test('a save whose worker is killed starts over in the next', async () => {
  const photograph = await open(1500);
  await colorize(photograph, onWasm);
  const saved = await photograph.save(png, {
    onProgress: ({ stage }) => {
      if (stage === 'upsample' && faulty.workers.length === 1) faulty.worker.terminate();
    },
  });
  expect(saved).toMatchObject({ width: 1500, height: 1500 });
  expect(faulty.workers).toHaveLength(2);
}, 60_000);

test('below the last rung: the last failure, with all that was tried', async () => {
  const worker = new Worker(new URL('./random-engine.worker.ts', import.meta.url), {
    type: 'module',
  });
  const remote = wrap<EngineApi>(worker);
  const file = await drawnPhotograph(64, 64, 'image/png');
  await remote.open('1', 'scene', file, 'scene.png', { rotation: 0, isNegative: false });
  const hear = proxy(() => undefined);
  const after = (...failed: Attempt[]) => ({ failed, isGpuLeftOut: false });
  const first = await remote.colorize('2', 'scene', onWasm, after(), hear);
  const [tried] = first.ok ? first.value.report.attempts : [];
  const error = { code: 'memory/exhausted', message: 'Full.', detail: { bytes: 1 } } as const;
  const failed = { ...tried!, error };
  const again = await remote.colorize('3', 'scene', onWasm, after(failed), hear);
  expect(again.ok && again.value.report.steps[0], 'a new worker may try the last once more').toBe(
    'The page ran out of memory at size 32; it was tried once more.',
  );
  const outcome = await remote.colorize('4', 'scene', onWasm, after(failed, failed), hear);
  worker.terminate();
  expect(outcome).toMatchObject({
    ok: false,
    error: {
      code: 'memory/exhausted',
      message: 'Full.',
      detail: {
        bytes: 1,
        attempts: [failed, failed].map(() => ({ backend: 'wasm', size: 32, code: error.code })),
      },
    },
  });
}, 60_000);
