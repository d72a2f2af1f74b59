import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engine } from '../../../src/worker/client.ts';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { ColorizeWish, Progress } from '../../../src/worker/protocol.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';

// The real client and the real engine, in a real worker, on wasm.
const wish: ColorizeWish = { kind: 'auto', size: 128, device: 'wasm', wantsPreview: false };
const look = { strength: 1, saturation: 1 };
const png = { format: 'png', quality: 1, look } as const;

let engine: Engine;
let worker: Worker;
beforeEach(() => {
  const url = new URL('./engine-at-root.worker.ts', import.meta.url);
  engine = new Engine(() => (worker = new Worker(url, { type: 'module' })));
});
afterEach(() => engine.terminate());

async function open(name: string, width = 300, height = 200): Promise<OpenPhotograph> {
  return engine.open(await drawnPhotograph(width, height, 'image/png'), name);
}

function viewOf(photograph: OpenPhotograph, of: 'original' | 'coloured') {
  const { width, height } = photograph.info;
  const region = { x: 0, y: 0, width, height };
  return photograph.view({ of, region, width: 30, height: 20, look });
}

async function pixelsOf(bitmap: ImageBitmap): Promise<Uint8ClampedArray> {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  );

test('cancelling a run that waits leaves another photograph’s save alone', async () => {
  const saved = await open('saved', 3000, 2000);
  const cancelled = await open('cancelled');
  await saved.colorize(wish);
  const life = engine.life;
  const saving = codeOf(saved.save(png));
  const stop = new AbortController();
  const running = codeOf(cancelled.colorize(wish, { signal: stop.signal }));
  stop.abort();
  expect(await running).toBe('job/aborted');
  expect(await saving).toBe('ok');
  expect(engine.life).toBe(life);
});

test('a run that cannot stop is ended with its worker; what others had found comes along', async () => {
  const kept = await open('kept');
  const cancelled = await open('cancelled');
  await kept.colorize(wish);
  const before = await pixelsOf(await viewOf(kept, 'coloured'));
  const life = engine.life;
  const stop = new AbortController();
  const onProgress = ({ stage }: Progress) => {
    if (stage === 'infer') stop.abort();
  };
  const large: ColorizeWish = { ...wish, size: 512 };
  expect(await codeOf(cancelled.colorize(large, { signal: stop.signal, onProgress }))).toBe(
    'job/aborted',
  );
  const after = await pixelsOf(await viewOf(kept, 'coloured'));
  expect(engine.life).not.toBe(life);
  expect(after).toEqual(before);
  expect(await codeOf(kept.save(png))).toBe('ok');
}, 60_000);

test('a view asked for while the photograph is turned waits for the turning', async () => {
  const photograph = await open('turned', 300, 200);
  const turning = photograph.adjust({ rotation: 90, isNegative: false });
  const view = photograph.view({
    of: 'original',
    region: { x: 0, y: 0, width: 200, height: 300 },
    width: 20,
    height: 30,
    look,
  });
  expect((await view).height).toBe(30);
  await turning;
  expect(photograph.info).toMatchObject({ width: 200, height: 300 });
});

test('a photograph at rest wakes with its colours', async () => {
  const photograph = await open('resting');
  await photograph.colorize(wish);
  const before = await pixelsOf(await viewOf(photograph, 'coloured'));
  await photograph.close();
  expect(await pixelsOf(await viewOf(photograph, 'coloured'))).toEqual(before);
});

test('a worker that is ended without a word is noticed at once, busy or idle', async () => {
  const photograph = await open('ended');
  const life = engine.life;
  // The heartbeat would wait for wasm for a minute.
  const onProgress = ({ stage }: Progress) => {
    if (stage !== 'infer' || engine.life !== life) return;
    worker.terminate();
  };
  const report = await photograph.colorize(wish, { onProgress });
  expect(report.attempts.map(({ error }) => error?.code)).toEqual(['worker/crashed', undefined]);
  worker.terminate();
  await expect.poll(() => engine.life).toBe(null);
  expect(await codeOf(viewOf(photograph, 'coloured'))).toBe('ok');
}, 30_000);

test('a worker whose thread is busy keeps its lock', async () => {
  const photograph = await open('busy', 3000, 2000);
  const life = engine.life;
  await photograph.colorize({ ...wish, size: 256 });
  expect(await codeOf(photograph.save(png))).toBe('ok');
  expect(engine.life).toBe(life);
}, 60_000);

test('a page that may not start workers says so', async () => {
  const blocked = new Engine(() => new Worker('/there-is-no-such-worker.js', { type: 'module' }));
  expect(await codeOf(blocked.machine())).toBe('worker/blocked');
});
