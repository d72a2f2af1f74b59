import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../../src/worker/client.ts';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { ChromaPlanes, Progress } from '../../../src/worker/protocol.ts';
import type { Candidate, RecolourAsk } from '../../../src/worker/recolour-protocol.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';

// The real client and the real engine with the shipped models, in real workers, on wasm: one after the other dies.
const look = { strength: 1, saturation: 1 };
const ask: RecolourAsk = {
  ...{ seeds: [1, 2], vividness: 1.5, hints: [], lock: null },
  ...{ mode: 'draft', device: 'wasm', preset: 'low' },
};

let engine: Engine;
let worker: Worker;
let photograph: OpenPhotograph;
beforeAll(async () => {
  const url = new URL('./engine-at-root.worker.ts', import.meta.url);
  engine = new Engine(() => (worker = new Worker(url, { type: 'module' })));
  photograph = await engine.open(await drawnPhotograph(300, 200, 'image/png'), 'drawn');
});
afterAll(() => engine.terminate());

/** Hears a run: its candidates in the order that they came, and its steps as `seed:step`. */
function listener(onStep: (step: string) => void = () => {}) {
  const candidates: Candidate[] = [];
  const steps: string[] = [];
  const onProgress = (progress: Progress) => {
    if (progress.stage !== 'recolour') return;
    const { event } = progress;
    if (event.kind === 'candidate') candidates.push(event.candidate);
    if (event.kind !== 'step') return;
    expect(event.preview.rgba).toHaveLength(4 * event.preview.width * event.preview.height);
    const step = `${event.state.seed}:${event.step}`;
    steps.push(step);
    onStep(step);
  };
  return { candidates, steps, onProgress };
}

async function pixelsOf(): Promise<Uint8ClampedArray> {
  const region = { x: 0, y: 0, width: 300, height: 200 };
  const bitmap = await photograph.view({ of: 'coloured', region, width: 30, height: 20, look });
  const context = new OffscreenCanvas(30, 20).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, 30, 20).data;
}

async function planesOf(seed: number, change: Partial<RecolourAsk> = {}): Promise<ChromaPlanes> {
  const { candidates, onProgress } = listener();
  await photograph.recolour({ ...ask, ...change, seeds: [seed] }, { onProgress });
  return candidates[0]!.planes;
}

test('hints spread over colours at once, and candidates have them; a locked region stays as it was', async () => {
  const base = await planesOf(1);
  const hints = [{ x: 0.25, y: 0.5, a: 60, b: -70, radius: 0.2 }];
  const right = [
    { x: 0.5, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0.5, y: 1 },
  ];
  const lock = { outline: right, planes: base };
  const at = ({ width, height, ab }: ChromaPlanes, x: number) => {
    const cell = Math.floor(height / 2) * width + Math.floor(x * width);
    return [ab[cell]!, ab[width * height + cell]!];
  };
  const spread = await photograph.spreadHints(base, hints, lock);
  const drawn = await planesOf(2, { hints, lock });
  for (const planes of [spread, drawn]) {
    const [a, b] = at(planes, 0.25);
    expect(Math.hypot(a! - 60, b! + 70)).toBeLessThan(8);
    expect(at(planes, 0.8)).toEqual(at(base, 0.8));
  }
  expect(spread.made).toContain('1 colour given by hand');
}, 180_000);

test('each seed is its own colouring, drawn and saved once it is chosen; a worker’s death changes nothing', async () => {
  const { candidates, steps, onProgress } = listener();
  const { ms, plan } = await photograph.recolour(ask, { onProgress });
  expect(candidates.map(({ seed }) => seed)).toEqual([1, 2]);
  expect(steps).toHaveLength(2 * plan.steps);
  expect(ms.sample).toBeGreaterThan(0);
  const [one, two] = candidates.map(({ planes }) => planes);
  expect(one!.made).toContain('seed 1');
  expect(one!.ab).not.toEqual(two!.ab);

  await photograph.choose(two!);
  const ofTwo = await pixelsOf();
  const { rgba } = await photograph.glimpse(two!);
  expect(rgba.some((level, at) => at % 4 < 3 && level !== rgba[at - (at % 4)])).toBe(true);
  const { blob } = await photograph.save({ format: 'png', quality: 1, look });
  expect(await blob.text()).toContain(two!.made);
  await photograph.choose(one!);
  const ofOne = await pixelsOf();
  expect(ofOne).not.toEqual(ofTwo);

  // The next worker gets the photograph with its choice, and goes on from the step that was reached.
  let kill: (() => void) | null = () => worker.terminate();
  const cut = listener((step) => {
    if (step !== '1:1') return;
    kill?.();
    kill = null;
  });
  await photograph.recolour(ask, { onProgress: cut.onProgress });
  expect(kill).toBeNull();
  expect(cut.steps.filter((step) => step === '1:1')).toHaveLength(1);
  expect(await pixelsOf()).toEqual(ofOne);
  const inOrder = cut.candidates.toSorted((a, b) => a.seed - b.seed);
  expect(inOrder.map(({ planes }) => planes.ab)).toEqual([one!.ab, two!.ab]);
}, 180_000);

test('cancelling ends within half a second, and what was done stands', async () => {
  const stop = new AbortController();
  let stoppedAt = 0;
  const seeds = Array.from({ length: 32 }, (_, seed) => seed);
  const { candidates, onProgress } = listener(() => {
    if (candidates.length === 0 || stoppedAt > 0) return;
    stoppedAt = performance.now();
    stop.abort();
  });
  const options = { signal: stop.signal, onProgress };
  const run = photograph.recolour({ ...ask, seeds }, options);
  await expect(run).rejects.toMatchObject({ code: 'job/aborted' });
  expect(performance.now() - stoppedAt).toBeLessThan(500);
  expect(candidates.length).toBeGreaterThan(0);
  expect(candidates.length).toBeLessThan(seeds.length);
}, 180_000);
