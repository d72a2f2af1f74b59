import { expect, test } from 'vitest';
import { MemoryTimeline, totalBytes } from '../../../src/shared/memory-timeline.ts';
import type { MemoryPoint } from '../../../src/worker/protocol.ts';

/** Numbers from 0 to 1 that are the same in each run. */
function drawnFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A walk of live bytes: things come and go, several within one tick of the clock. */
function walk(seed: number, steps: number): MemoryPoint[] {
  const draw = drawnFrom(seed);
  const points: MemoryPoint[] = [];
  const bytes = { weights: 0, activations: 0, pictures: 0, other: 0 };
  for (let step = 0; step < steps; step++) {
    bytes.activations = Math.floor(draw() ** 8 * 1e9);
    bytes.pictures = Math.floor(draw() * 1e6);
    points.push({ ms: Math.floor(step / 3), bytes: { ...bytes } });
  }
  return points;
}

const totals = (points: readonly MemoryPoint[]) => points.map(({ bytes }) => totalBytes(bytes));

test.each([1, 2, 5, 63, 64, 65, 1000, 20_000])(
  'of %i changes the highest, the lowest and the latest moment are always kept',
  (steps) => {
    for (const seed of [1, 2, 3]) {
      const all = walk(seed, steps);
      const timeline = new MemoryTimeline(64);
      for (const point of all) timeline.add(point);
      const kept = timeline.points;
      expect(kept.length).toBeLessThanOrEqual(64);
      expect(Math.max(...totals(kept))).toBe(Math.max(...totals(all)));
      expect(Math.min(...totals(kept))).toBe(Math.min(...totals(all)));
      expect(kept.at(-1)).toBe(all.at(-1));
      // In the order of their coming, each once.
      const places = kept.map((point) => all.indexOf(point));
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    }
  },
);

test('a long run is kept evenly, its beginning as well as its end', () => {
  const timeline = new MemoryTimeline(64);
  for (const point of walk(4, 30_000)) timeline.add(point);
  const moments = timeline.points.map(({ ms }) => ms);
  expect(moments.length).toBeGreaterThan(30);
  for (const quarter of [0, 1, 2, 3]) {
    const within = moments.filter((ms) => Math.floor(ms / 2500) === quarter);
    expect(within.length, `quarter ${quarter}`).toBeGreaterThan(5);
  }
});

test('as long as there is room every change is kept', () => {
  const timeline = new MemoryTimeline();
  const all = walk(5, 200);
  for (const point of all) timeline.add(point);
  expect(timeline.points).toEqual(all);
});
