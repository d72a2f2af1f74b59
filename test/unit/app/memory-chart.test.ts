import { expect, test } from 'vitest';
import { layOut } from '../../../src/app/diagnostics/memory-chart.ts';
import { joinMemory } from '../../../src/journal/joined-memory.ts';
import { drawnMemory, ownerBytes } from '../../support/run-entry.ts';

const width = 600;
const height = 190;

/** Numbers of a path as points. */
function pointsOf(path: string): { x: number; y: number }[] {
  return [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
}

function chartOf(budgetBytes: number, ledger = drawnMemory()) {
  return layOut(joinMemory([{ ledger, budgetBytes }])!, width, height);
}

test('areas stand on one another, hold until they change, and stay inside the plot', () => {
  const { areas, plot } = chartOf(450_000_000);
  expect(areas.map(({ owner }) => owner)).toEqual(['weights', 'activations']);
  const [weights, activations] = areas.map(({ path }) => pointsOf(path));
  for (const { x, y } of [...weights!, ...activations!]) {
    expect(x).toBeGreaterThanOrEqual(plot.left);
    expect(x).toBeLessThanOrEqual(plot.right);
    expect(y).toBeGreaterThanOrEqual(plot.top);
    expect(y).toBeLessThanOrEqual(plot.bottom);
  }
  const top = (points: { y: number }[]) => Math.min(...points.map(({ y }) => y));
  // 60 of 412 MB are weights, so that the stack is 412/60 as high as they are.
  const ratio = (plot.bottom - top(activations!)) / (plot.bottom - top(weights!));
  expect(ratio).toBeCloseTo(412 / 60, 1);
  // The stair rises at one moment: two points with the same x.
  const rise = activations!.filter(({ x }) => Math.abs(x - (plot.left + (40 / 90) * 534)) < 0.1);
  expect(new Set(rise.map(({ y }) => y)).size).toBeGreaterThan(1);
});

test('a budget within three peaks is drawn to scale, above the stack', () => {
  const { budget, areas } = chartOf(450_000_000);
  expect(budget).toMatchObject({ bytes: 450_000_000, isToScale: true });
  const line = pointsOf(budget!.path)[0]!.y;
  expect(line).toBeLessThan(Math.min(...pointsOf(areas[1]!.path).map(({ y }) => y)));
});

test('a budget that was passed lies within the stack', () => {
  const { budget, areas } = chartOf(300_000_000);
  const line = pointsOf(budget!.path)[0]!.y;
  expect(line).toBeGreaterThan(Math.min(...pointsOf(areas[1]!.path).map(({ y }) => y)));
});

test('a budget far away lies along the edge, and says that it is not to scale', () => {
  const { budget, plot, bytes } = chartOf(3_000_000_000);
  expect(budget).toMatchObject({ bytes: 3_000_000_000, isToScale: false });
  expect(pointsOf(budget!.path)[0]!.y).toBe(plot.top);
  expect(Math.max(...bytes.map(({ value }) => value))).toBeLessThanOrEqual(412_000_000 * 1.08);
});

test('no budget, no line; numbers on the axes are round and begin at nothing', () => {
  const chart = chartOf(0);
  expect(chart.budget).toBeNull();
  expect(chart.bytes.map(({ value }) => value / 1e6)).toEqual([0, 200, 400]);
  expect(chart.times.map(({ ms }) => ms)).toEqual([0, 20, 40, 60, 80]);
});

test('of steps too near one another the longest is named; near the end its name comes first', () => {
  const marks = [
    { ms: 0, name: 'load' },
    { ms: 2, name: 'preview' },
    { ms: 60, name: 'final' },
    { ms: 84, name: 'colours' },
  ];
  const { marks: drawn } = chartOf(0, drawnMemory({ marks }));
  expect(drawn.map(({ name, isNamed, isAtEnd }) => [name, isNamed, isAtEnd])).toEqual([
    ['load', false, false],
    ['preview', true, false],
    ['final', true, false],
    ['colours', false, true],
  ]);
});

test('however narrow it is, there are two times to read', () => {
  const { times } = layOut(joinMemory([{ ledger: drawnMemory(), budgetBytes: 0 }])!, 240, height);
  expect(times.length).toBeGreaterThanOrEqual(2);
});

test('a run of one moment, and one that took nothing, can be drawn', () => {
  const timeline = [{ ms: 0, bytes: ownerBytes() }];
  const { areas, bytes, times } = chartOf(0, drawnMemory({ timeline, marks: [] }));
  expect(areas).toEqual([]);
  for (const { y } of bytes) expect(y).not.toBeNaN();
  for (const { x } of times) expect(x).not.toBeNaN();
});
