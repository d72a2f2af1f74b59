import type { RepairRecipe } from '../../../src/worker/repair-protocol.ts';
import type { SamplingJob } from './sampling-job.ts';

const SIZE = { width: 288, height: 64 };
/** A tear through all tiles, thin enough to be filled in one pass. */
const TEAR = { from: 20, to: 268, y: 30, radius: 6 };

const recipe: RepairRecipe = {
  mask: {
    sensitivity: null,
    strokes: [
      { erases: false, points: [TEAR.from, TEAR.y, TEAR.radius, TEAR.to, TEAR.y, TEAR.radius] },
    ],
  },
  mode: 'sampled',
  seed: 3,
};

/** A repair of two tiles in four steps. */
export const repairJob: SamplingJob = {
  name: 'repair',
  size: SIZE,
  models: ['repair'],
  isMoment: ({ stage }) => stage === 'sampling',
  async run(photograph, options) {
    const { repair, report } = await photograph.repair.repair(recipe, null, options);
    if (!repair) throw new Error('Nothing was marked.');
    if (JSON.stringify(repair.recipe) !== JSON.stringify(recipe)) {
      throw new Error('The mask is another.');
    }
    const values = repair.patches.flatMap(({ mask, lightness }) =>
      Array.from(lightness).filter((_, i) => mask[i] === 1),
    );
    const sides = new Set(report.attempts.map(({ plan }) => plan.size));
    const grid = `tiles of ${[...sides].join(', then ')}`;
    return { numbers: new Map([['the repair', { grid, values }]]), steps: report.steps };
  },
  range: { least: 0, most: 65535, tolerance: 64 },
  changes: (x, y) =>
    Math.abs(y + 0.5 - TEAR.y) <= TEAR.radius &&
    x + 0.5 >= TEAR.from - TEAR.radius &&
    x + 0.5 <= TEAR.to + TEAR.radius,
};
