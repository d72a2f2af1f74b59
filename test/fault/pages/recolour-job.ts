import type { ChromaPlanes, Progress } from '../../../src/worker/protocol.ts';
import type { RecolourAsk } from '../../../src/worker/recolour-protocol.ts';
import type { SamplingJob } from './sampling-job.ts';

/** One more than go together: some are done while others are not begun. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const ask: RecolourAsk = {
  ...{ seeds: SEEDS, vividness: 1.5, hints: [], lock: null },
  ...{ mode: 'final', device: 'auto' },
};

/** Nine colourings in three steps. */
export const recolourJob: SamplingJob = {
  name: 'recolour',
  size: { width: 60, height: 44 },
  models: ['coloriser', 'recolour'],
  isMoment: (progress) => progress.stage === 'recolour' && progress.event.kind === 'step',
  async run(photograph, options) {
    const told = new Map<number, ChromaPlanes>();
    const onProgress = (progress: Progress) => {
      const isDone = progress.stage === 'recolour' && progress.event.kind === 'candidate';
      if (isDone && progress.event.kind === 'candidate') {
        const { seed, planes } = progress.event.candidate;
        if (told.has(seed)) throw new Error(`Colouring ${seed} came twice.`);
        told.set(seed, planes);
      }
      return options.onProgress?.(progress);
    };
    const { steps } = await photograph.recolour(ask, { ...options, onProgress });
    const numbers = [...told].map(([seed, { width, height, ab, made }]) => {
      // On the processor a final one that begins there takes fewer steps.
      const grid = `${width} × ${height}, ${/\d+ steps/.exec(made)?.[0]}`;
      return [`colouring ${seed}`, { grid, values: ab }] as const;
    });
    return { numbers: new Map(numbers), steps };
  },
  range: { least: -128, most: 128, tolerance: 0.05 },
  changes: () => false,
};
