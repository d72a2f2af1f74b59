import type { BudgetSpan, RunMemory } from '../../journal/joined-memory.ts';
import type { BufferOwner, MemoryPoint } from '../../worker/protocol.ts';

/** Room around the plot in CSS pixels: bytes on the left, budget and steps above, times below. */
const MARGIN = { left: 58, right: 8, top: 46, bottom: 22 };
/** A budget above this many peaks is not drawn to scale: all below it would be flat. */
const FARTHEST_BUDGET = 3;
/** From a line up to its words; the names of the steps stand above those of the budget. */
const LABEL_GAP_PX = 5;
const STEP_NAMES_PX = 26;
const HEADROOM = 1.08;
/** Least distance of two times on their axis, and what the name of a step takes. */
const TIME_PX = 64;
const NAME_PX = 84;

/** A memory timeline as SVG draws it, in CSS pixels. */
export type MemoryChart = {
  width: number;
  height: number;
  plot: { left: number; right: number; top: number; bottom: number };
  /** One area an owner, stacked; owners that never had anything are left out. */
  areas: { owner: BufferOwner; path: string }[];
  /** The budget's line over each try, and the last one's bytes; null where none is known. */
  budget: { path: string; labelY: number; bytes: number; isToScale: boolean } | null;
  bytes: { y: number; value: number }[];
  times: { x: number; ms: number }[];
  /** Steps of the work; `isNamed` where there is room for the name, at `namesY`: after the line, or before it. */
  marks: { x: number; name: string; isNamed: boolean; isAtEnd: boolean }[];
  namesY: number;
};

/** Lays a run's memory out. @param width of the whole picture, at least 200. */
export function layOut(memory: RunMemory, width: number, height: number): MemoryChart {
  const plot = {
    left: MARGIN.left,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
  };
  const spanMs = Math.max(1, memory.timeline.at(-1)?.ms ?? 0);
  const mostBudget = Math.max(0, ...memory.budgets.map(({ bytes }) => bytes));
  const isToScale = mostBudget <= FARTHEST_BUDGET * memory.peakBytes;
  const most = HEADROOM * Math.max(memory.peakBytes, isToScale ? mostBudget : 0, 1e6);
  const x = (ms: number) => plot.left + (ms / spanMs) * (plot.right - plot.left);
  const y = (bytes: number) => plot.bottom - (bytes / most) * (plot.bottom - plot.top);
  return {
    width,
    height,
    plot,
    areas: areasOf(memory, x, y),
    budget: isToScale ? budgetLine(memory.budgets, x, y) : farBudget(memory.budgets, plot),
    bytes: ticks(most, 4).map((value) => ({ y: y(value), value })),
    times: ticks(spanMs, (plot.right - plot.left) / TIME_PX).map((ms) => ({ x: x(ms), ms })),
    marks: placed(memory.marks, spanMs, x, plot),
    namesY: plot.top - STEP_NAMES_PX,
  };
}

type Scale = (value: number) => number;

/** Bytes hold until they change: every area is a stair. */
function areasOf({ timeline, owners }: RunMemory, x: Scale, y: Scale): MemoryChart['areas'] {
  const below = timeline.map(() => 0);
  return owners.flatMap(({ owner }) => {
    const floor = [...below];
    for (const [at, { bytes }] of timeline.entries()) below[at]! += bytes[owner];
    if (timeline.every(({ bytes }) => bytes[owner] === 0)) return [];
    const top = stair(timeline, below, x, y);
    const bottom = stair(timeline, floor, x, y).reverse();
    return [{ owner, path: `M${[...top, ...bottom].join('L')}Z` }];
  });
}

function stair(
  timeline: readonly MemoryPoint[],
  heights: readonly number[],
  x: Scale,
  y: Scale,
): string[] {
  return timeline.flatMap(({ ms }, at) => {
    const corner = `${round(x(ms))},${round(y(heights[at]!))}`;
    return at === 0 ? [corner] : [`${round(x(ms))},${round(y(heights[at - 1]!))}`, corner];
  });
}

function budgetLine(budgets: readonly BudgetSpan[], x: Scale, y: Scale): MemoryChart['budget'] {
  const last = budgets.at(-1);
  if (!last) return null;
  const spans = budgets.map(
    ({ fromMs, toMs, bytes }) =>
      `${round(x(fromMs))},${round(y(bytes))}L${round(x(toMs))},${round(y(bytes))}`,
  );
  const labelY = round(y(last.bytes)) - LABEL_GAP_PX;
  return { path: `M${spans.join('L')}`, labelY, bytes: last.bytes, isToScale: true };
}

/** A line along the upper edge, which its words say is not to scale. */
function farBudget(
  budgets: readonly BudgetSpan[],
  { left, right, top }: MemoryChart['plot'],
): MemoryChart['budget'] {
  const last = budgets.at(-1);
  if (!last) return null;
  const path = `M${left},${top}L${right},${top}`;
  return { path, labelY: top - LABEL_GAP_PX, bytes: last.bytes, isToScale: false };
}

/** Round numbers from 0 up to the highest: about as many as asked for, and at least two where these can be. */
function ticks(most: number, count: number): number[] {
  const rough = most / Math.max(1, Math.floor(count));
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = [1, 2, 5, 10].map((factor) => factor * power).filter((each) => each <= most);
  const step = steps.find((each) => each >= rough) ?? steps.at(-1) ?? power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

/** Where steps are too near one another for all their names, those that took longest are named. */
function placed(
  marks: RunMemory['marks'],
  spanMs: number,
  x: Scale,
  plot: MemoryChart['plot'],
): MemoryChart['marks'] {
  const steps = marks.map(({ ms, name }, index) => {
    const at = round(x(ms));
    const isAtEnd = at + NAME_PX > plot.right;
    const left = isAtEnd ? at - NAME_PX : at;
    return { at, name, isAtEnd, left, tookMs: (marks[index + 1]?.ms ?? spanMs) - ms };
  });
  const named: typeof steps = [];
  for (const step of steps.toSorted((a, b) => b.tookMs - a.tookMs)) {
    if (step.left < plot.left - 1) continue;
    if (named.every(({ left }) => Math.abs(left - step.left) >= NAME_PX)) named.push(step);
  }
  return steps.map((step) => {
    const { at, name, isAtEnd } = step;
    return { x: at, name, isNamed: named.includes(step), isAtEnd };
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
