import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engine } from '../../../src/worker/client.ts';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { Progress } from '../../../src/worker/protocol.ts';
import type { RepairRecipe } from '../../../src/worker/repair-protocol.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';

// The real client and the real engine, in a real worker, with a tiny network of random weights.
const SIZE = { width: 96, height: 64 };
const HOLE = { x: 40, y: 30, radius: 6 };
/** Gray, so that levels are lightness alone. */
const look = { strength: 0, saturation: 1 };
const png = { format: 'png', quality: 1, look } as const;
const gray = { width: 1, height: 1, ab: new Float32Array(2), modelName: 'none', made: 'by hand' };
const recipe: RepairRecipe = {
  mask: {
    sensitivity: null,
    strokes: [{ erases: false, points: [HOLE.x, HOLE.y, HOLE.radius] }],
  },
  mode: 'sampled',
  seed: 1,
};

let engine: Engine;
beforeEach(() => {
  const url = new URL('./repairing-engine.worker.ts', import.meta.url);
  engine = new Engine(() => new Worker(url, { type: 'module' }));
});
afterEach(() => engine.terminate());

async function open(): Promise<OpenPhotograph> {
  const file = await drawnPhotograph(SIZE.width, SIZE.height, 'image/png');
  const photograph = await engine.open(file, 'torn');
  await photograph.choose(gray);
  return photograph;
}

async function levelsOf(source: Blob | ImageBitmap): Promise<number[]> {
  const bitmap = source instanceof Blob ? await createImageBitmap(source) : source;
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: width * height }, (_, i) => data[4 * i]!);
}

async function savedLevels(photograph: OpenPhotograph): Promise<number[]> {
  return levelsOf((await photograph.save(png)).blob);
}

/** Pixels in which two pictures differ, by whether they are in the hole. */
function differences(a: readonly number[], b: readonly number[]) {
  const counts = { inside: 0, outside: 0 };
  a.forEach((level, i) => {
    if (level === b[i]) return;
    const [x, y] = [(i % SIZE.width) + 0.5, Math.floor(i / SIZE.width) + 0.5];
    const isInside = Math.hypot(x - HOLE.x, y - HOLE.y) <= HOLE.radius;
    counts[isInside ? 'inside' : 'outside']++;
  });
  return counts;
}

test('a repair changes what was marked and nothing else, outlives its worker, and can be taken back', async () => {
  const photograph = await open();
  const before = await savedLevels(photograph);
  const heard: Progress[] = [];
  const onProgress = (progress: Progress) => void heard.push(progress);
  const { repair, report } = await photograph.repair.repair(recipe, null, { onProgress });
  const sampled = heard.filter((progress) => progress.stage === 'sampled');
  expect(sampled.length).toBeGreaterThan(1);
  const { preview } = sampled[0]!;
  expect(preview.gray).toHaveLength(preview.width * preview.height);
  expect(report.attempts.at(-1)?.error).toBeNull();
  expect(repair?.share).toBeCloseTo((Math.PI * HOLE.radius ** 2) / (SIZE.width * SIZE.height), 2);

  const { blob } = await photograph.save(png);
  const after = await levelsOf(blob);
  expect(differences(before, after)).toEqual({ inside: expect.any(Number), outside: 0 });
  expect(differences(before, after).inside).toBeGreaterThan(50);
  const packet = new TextDecoder().decode(await blob.arrayBuffer());
  expect(packet).toMatch(
    /Damage on 1\.\d % of the area was filled in by machine \(Repair probe, sampled/,
  );
  const whole = { x: 0, y: 0, ...SIZE };
  const original = { of: 'original', region: whole, ...SIZE, look } as const;
  expect(await levelsOf(await photograph.view(original))).toEqual(before);

  engine.terminate();
  expect(await savedLevels(photograph)).toEqual(after);
  await photograph.adjust({ rotation: 90, isNegative: false });
  expect(photograph.repair.present).toBeNull();
  await photograph.adjust({ rotation: 0, isNegative: false });
  await photograph.choose(gray);
  expect(await savedLevels(photograph)).toEqual(after);

  await photograph.repair.remove();
  expect(await savedLevels(photograph)).toEqual(before);
}, 120_000);

test('the same recipe gives the same repair, another seed another', async () => {
  const photograph = await open();
  await photograph.repair.repair(recipe, null);
  const first = await savedLevels(photograph);
  engine.terminate();
  await photograph.repair.repair(recipe, null);
  expect(await savedLevels(photograph)).toEqual(first);
  await photograph.repair.repair({ ...recipe, seed: 2 }, null);
  expect(differences(first, await savedLevels(photograph)).inside).toBeGreaterThan(20);
}, 120_000);

test('damage is searched once; the page’s map serves every sensitivity', async () => {
  const photograph = await open();
  const heard: Progress['stage'][] = [];
  const { map, sensitivity } = await photograph.repair.findDamage({
    onProgress: ({ stage }) => void heard.push(stage),
  });
  expect(heard).toContain('searched');
  // As the tiny model's card has it.
  expect(sensitivity).toBe(0.3);
  expect(map.data).toHaveLength(map.width * map.height);
  const all = { ...recipe, mask: { sensitivity: 1, strokes: [] } };
  const none = { ...recipe, mask: { sensitivity: 0, strokes: [] } };
  const blank = { ...map, data: new Uint8Array(map.data.length) };
  expect((await photograph.repair.repair(none, blank)).repair).toBeNull();
  const everywhere = { ...map, data: new Uint8Array(map.data.length).fill(9) };
  expect((await photograph.repair.repair(all, everywhere)).repair?.share).toBe(1);
}, 120_000);

test('a repair that is cancelled ends at once and changes nothing', async () => {
  const photograph = await open();
  const before = await savedLevels(photograph);
  const stop = new AbortController();
  const onProgress = ({ stage }: Progress) => {
    if (stage === 'sampling') stop.abort();
  };
  const code = await photograph.repair
    .repair(recipe, null, { onProgress, signal: stop.signal })
    .then(
      () => 'ok',
      (error: { code?: string }) => error.code,
    );
  expect(code).toBe('job/aborted');
  expect(photograph.repair.present).toBeNull();
  expect(await savedLevels(photograph)).toEqual(before);
}, 60_000);
