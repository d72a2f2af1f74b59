import { expect, test } from 'vitest';
import { AppError } from '../../../../src/shared/errors.ts';
import type { RepairJob, RepairState } from '../../../../src/pipelines/repair/job.ts';
import { applyPatches } from '../../../../src/pipelines/repair/patches.ts';
import { countPasses } from '../../../../src/pipelines/repair/passes.ts';
import { RepairRun, type OpenRestorer } from '../../../../src/pipelines/repair/repair-run.ts';
import { drawnMask, drawnPlane, openMeans } from './drawn-damage.ts';

const signal = new AbortController().signal;
const quiet = { onTile: () => undefined, onStep: () => undefined };

function jobOf(width: number, height: number, half?: number): RepairJob {
  const mask = drawnMask(width, height, half);
  return { lightness: drawnPlane(width, height), mask, mode: 'final', seed: 5, state: null };
}

async function repaired(job: RepairJob, side: number, steps = 4, trust = 0.2, views: 1 | 4 = 1) {
  const run = new RepairRun(job, { steps, views });
  await run.goOn(openMeans(trust), { side, multiple: 16 }, quiet, signal);
  const { width, height, data } = job.lightness;
  const plane = { width, height, data: data.slice() };
  applyPatches(plane, run.patches());
  return plane;
}

test('undamaged pixels stay as they are, bit for bit, and damaged ones change', async () => {
  const job = jobOf(210, 150);
  const before = job.lightness.data.slice();
  const { data } = await repaired(job, 64);
  let changed = 0;
  job.mask.data.forEach((isDamaged, i) => {
    if (isDamaged === 0) expect(data[i]).toBe(before[i]);
    else changed += data[i] === before[i] ? 0 : 1;
  });
  expect(changed).toBeGreaterThan(1000);
  expect(job.lightness.data).toEqual(before);
});

/** Mean step of lightness along a row within damage, at columns where `isAt` says so. */
function meanStep(
  { width, height, data }: { width: number; height: number; data: Uint16Array },
  isAt: (x: number) => boolean,
): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width; x++) {
      if (!isAt(x)) continue;
      sum += Math.abs(data[y * width + x]! - data[y * width + x - 1]!);
      count++;
    }
  }
  return sum / count;
}

test.each([
  [160, 130],
  [257, 96],
  [330, 210],
])('borders of tiles are not to be seen at %d × %d', async (width, height) => {
  // All is damaged but a frame, so that neighbouring tiles know different things and disagree.
  const job = jobOf(width, height);
  for (let i = 0; i < job.mask.data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    job.mask.data[i] = x % 40 < 6 && y % 40 < 6 ? 0 : 1;
  }
  const tiled = await repaired(job, 64, 1, 0.02);
  const starts = new Set<number>();
  const count = Math.ceil((width - 64) / 40);
  for (let i = 0; i <= count; i++) starts.add(Math.round((i * (width - 64)) / count));
  const isBorder = (x: number) => {
    return [...starts].some((start) => [0, 8, 56, 64].some((at) => Math.abs(x - start - at) < 2));
  };
  const known = (x: number) => x % 40 < 8;
  const ratio =
    meanStep(tiled, (x) => isBorder(x) && !known(x)) /
    meanStep(tiled, (x) => !isBorder(x) && !known(x));
  expect(ratio).toBeLessThan(1.1);
});

test('a run goes on from the last step that stood, on tiles of another size', async () => {
  const job = jobOf(210, 150);
  const whole = await repaired(job, 512);
  let steps = 0;
  const run = new RepairRun(job, { steps: 4, views: 1 });
  const failing = {
    ...quiet,
    onTile: () => {
      if (steps === 2) throw new AppError('gpu/out-of-memory', 'Full.');
    },
    onStep: () => void steps++,
  };
  const tile = { side: 512, multiple: 16 };
  await expect(run.goOn(openMeans(0.2), tile, failing, signal)).rejects.toThrow('Full.');
  const seen: number[] = [];
  const listener = {
    onTile: () => undefined,
    onStep: ({ step }: { step: number }) => void seen.push(step),
  };
  await run.goOn(openMeans(0.2), { side: 256, multiple: 16 }, listener, signal);
  expect(seen).toEqual([3, 4]);
  const plane = { ...job.lightness, data: job.lightness.data.slice() };
  applyPatches(plane, run.patches());
  // One tile sees all at either size, so nothing differs.
  expect(plane.data).toEqual(whole.data);
});

/** A restorer that counts its runs. */
function counted(): { open: OpenRestorer; runs: () => number } {
  let runs = 0;
  const open: OpenRestorer = async (size) => {
    const { value, release } = await openMeans(0.2)(size);
    const run: typeof value.run = (planes, level) => {
      runs++;
      return value.run(planes, level);
    };
    return { value: { ...value, run }, release };
  };
  return { open, runs: () => runs };
}

/** Repairs in one step that is cut at a tile, from 1, and goes on with tiles of the second side. */
async function cutAndRepaired(
  job: RepairJob,
  sides: [number, number],
  cutAt: number,
  error: Error,
) {
  const run = new RepairRun(job, { steps: 1, views: 4 });
  const { open, runs } = counted();
  const cutting = {
    ...quiet,
    onTile: ({ tile }: { tile: number }) => {
      if (tile === cutAt) throw error;
    },
  };
  const tile = (side: number) => ({ side, multiple: 16 });
  await expect(run.goOn(open, tile(sides[0]), cutting, signal)).rejects.toThrow(error);
  const before = runs();
  const places: { tile: number; tiles: number }[] = [];
  const listener = { ...quiet, onTile: (place: (typeof places)[0]) => void places.push(place) };
  await run.goOn(open, tile(sides[1]), listener, signal);
  const data = job.lightness.data.slice();
  applyPatches({ ...job.lightness, data }, run.patches());
  return { data, before, after: runs() - before, places };
}

test('a step that was cut goes on with the tiles that are missing, as if it had not been', async () => {
  const job = jobOf(330, 210);
  const whole = await repaired(job, 64, 1, 0.2, 4);
  const full = new AppError('gpu/out-of-memory', 'Full.');
  const cut = await cutAndRepaired(job, [64, 64], 12, full);
  expect(cut.data).toEqual(whole.data);
  const tiles = cut.places[0]!.tiles;
  expect(cut.before).toBe(11 * 4);
  expect(cut.after).toBe((tiles - 11) * 4);
  expect(cut.places.map(({ tile }) => tile)).toEqual(
    Array.from({ length: tiles - 11 }, (_, i) => 12 + i),
  );
});

test('on tiles of another size it keeps the pixels that were finished, and no border is to be seen', async () => {
  const job = jobOf(330, 210);
  for (let i = 0; i < job.mask.data.length; i++) {
    job.mask.data[i] = (i % 330) % 40 < 6 && Math.floor(i / 330) % 40 < 6 ? 0 : 1;
  }
  const [large, small] = [await repaired(job, 96, 1, 0.2, 4), await repaired(job, 64, 1, 0.2, 4)];
  const full = new AppError('gpu/out-of-memory', 'Full.');
  const cut = await cutAndRepaired(job, [96, 64], 8, full);
  const isAs = (other: typeof large) => (value: number, i: number) => value === other.data[i];
  const rows = (from: number, to: number) => cut.data.subarray(from * 330, to * 330);
  // The first row of tiles was finished, and the last one not begun.
  expect(rows(0, 30).every((value, i) => isAs(large)(value, i))).toBe(true);
  expect(rows(160, 210).every((value, i) => isAs(small)(value, i + 160 * 330))).toBe(true);
  // Between the first row and what was not begun of the second nothing was finished.
  for (let y = 73; y < 79; y++) {
    for (let i = y * 330 + 250; i < (y + 1) * 330; i++) expect(cut.data[i]).toBe(small.data[i]);
  }
  const larger = await cutAndRepaired(job, [64, 96], 12, full);
  expect(
    larger.data.subarray(160 * 330).every((value, i) => isAs(large)(value, i + 160 * 330)),
  ).toBe(true);
  const alone = await cutAndRepaired(job, [96, 64], 1, full);
  expect(cut.after).toBeLessThan(0.8 * alone.after);
  const down = (data: Uint16Array<ArrayBuffer>): number => {
    // The largest step between rows within damage.
    let most = 0;
    for (let i = 330; i < data.length; i++) {
      if (job.mask.data[i] === 1 && job.mask.data[i - 330] === 1) {
        most = Math.max(most, Math.abs(data[i]! - data[i - 330]!));
      }
    }
    return most;
  };
  expect(down(cut.data)).toBeLessThan(1.1 * Math.max(down(large.data), down(small.data)));
});

test('nothing is kept of a step in which a network answered with nonsense', async () => {
  const job = jobOf(330, 210);
  const nonsense = new AppError('output/implausible', 'No picture.');
  const cut = await cutAndRepaired(job, [64, 64], 12, nonsense);
  expect(cut.places[0]!.tile).toBe(1);
  expect(cut.data).toEqual((await repaired(job, 64, 1, 0.2, 4)).data);
});

test('another worker goes on from a state that was told, as if nothing had been', async () => {
  const job = jobOf(300, 200, 110);
  expect(countPasses(job.mask)).toBeGreaterThan(1);
  const whole = await repaired(job, 64);
  const states: RepairState[] = [];
  const run = new RepairRun(job, { steps: 4, views: 1 });
  const listener = {
    ...quiet,
    onStep: (_place: unknown, _preview: unknown, state: RepairState) => void states.push(state),
  };
  await run.goOn(openMeans(0.2), { side: 64, multiple: 16 }, listener, signal);
  for (const state of [states[1]!, states.at(-2)!]) {
    expect(await repaired({ ...job, state: structuredClone(state) }, 64, 1)).toEqual(whole);
  }
});

test('large damage is filled on smaller copies first; thin damage of any length is not', () => {
  expect(countPasses(drawnMask(1000, 1000, 4))).toBe(1);
  expect(countPasses(drawnMask(1000, 1000, 100))).toBe(2);
  const all = { width: 2000, height: 1000, data: new Uint8Array(2_000_000).fill(1) };
  expect(countPasses(all)).toBe(4);
});

test('a preview shows what a step expects, and the photograph elsewhere', async () => {
  const job = jobOf(640, 320);
  const run = new RepairRun(job, { steps: 1, views: 1 });
  let preview: { width: number; height: number; gray: Uint8ClampedArray } | undefined;
  const listener = {
    ...quiet,
    onStep: (_: unknown, shown: typeof preview) => void (preview = shown),
  };
  await run.goOn(openMeans(0.2), { side: 256, multiple: 16 }, listener, signal);
  const plane = { width: 640, height: 320, data: job.lightness.data.slice() };
  applyPatches(plane, run.patches());
  const { PreviewProxy } = await import('../../../../src/pipelines/repair/preview.ts');
  const { DamagedPixels } = await import('../../../../src/pipelines/repair/damaged-pixels.ts');
  const none = new DamagedPixels({ ...job.mask, data: new Uint8Array(640 * 320) });
  const exact = new PreviewProxy(plane, none).draw(new Float32Array());
  expect([preview!.width, preview!.height]).toEqual([320, 160]);
  const off = preview!.gray.map((value, i) => Math.abs(value - exact.gray[i]!));
  expect(Math.max(...off)).toBeLessThanOrEqual(3);
});

test('where nothing is damaged nothing is computed, and there are no patches', async () => {
  const job = jobOf(90, 70);
  job.mask.data.fill(0);
  const run = new RepairRun(job, { steps: 4, views: 1 });
  await run.goOn(() => expect.fail('No network.'), { side: 64, multiple: 16 }, quiet, signal);
  expect(run.patches()).toEqual([]);
});
