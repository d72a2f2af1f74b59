/** Multiply–accumulates that one run may take before it is cut short: a minute or some each. */
const MOST_MACS = { wasm: 1e12, slowGpu: 2e13 } as const;

/** Steps of a sampler, and mirrored views whose mean each step takes. */
type Sampling = { steps: number; views: 1 | 2 | 4 };

/** How much a run of a sampler takes on a machine. */
export type SamplingPlan = Sampling & {
  /** One sentence for people; null where nothing was given up. */
  reason: string | null;
};

/**
 * Trades views, then steps, for time where a machine is slow and there is much to do: fewer are rougher, never wrong.
 * @param wished of the mode.
 * @param tileRuns that these take in all.
 * @param macs of one tile.
 */
export function planSampling(
  { backend, isSlow }: { backend: 'webgpu' | 'wasm'; isSlow: boolean },
  wished: Sampling,
  tileRuns: number,
  macs: number,
): SamplingPlan {
  const most = backend === 'wasm' ? MOST_MACS.wasm : isSlow ? MOST_MACS.slowGpu : Infinity;
  const runs = (wished.steps * wished.views * most) / Math.max(1, tileRuns * macs);
  const views = ([4, 2, 1] as const).find(
    (count) => count <= wished.views && (count === 1 || count * wished.steps <= runs),
  )!;
  const steps = Math.max(1, Math.min(wished.steps, Math.floor(runs / views)));
  const who = backend === 'wasm' ? 'the processor' : 'this GPU';
  const given = [
    ...(views < wished.views ? [`${counted(views, 'view')} in place of ${wished.views}`] : []),
    ...(steps < wished.steps ? [`${counted(steps, 'step')} in place of ${wished.steps}`] : []),
  ];
  const reason = given.length
    ? `${given.join(' and ')}, because there is much for ${who} to do.`
    : null;
  return { steps, views, reason };
}

/** A number and its noun, as people say it. */
function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
