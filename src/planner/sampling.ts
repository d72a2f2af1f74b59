/** Multiply–accumulates that one run may take before it is cut short: a minute or some each. */
const MOST_MACS = { wasm: 1e12, slowGpu: 2e13 } as const;

/** How many steps a run of a sampler takes on a machine. */
export type SamplingPlan = {
  steps: number;
  /** One sentence for people; null where nothing was given up. */
  reason: string | null;
};

/**
 * Trades steps for time where a machine is slow and there is much to do: fewer steps are blurrier, never wrong.
 * @param wished steps of the mode.
 * @param tileRuns that the wished steps take in all.
 * @param macs of one tile.
 */
export function planSampling(
  { backend, isSlow }: { backend: 'webgpu' | 'wasm'; isSlow: boolean },
  wished: number,
  tileRuns: number,
  macs: number,
): SamplingPlan {
  const most = backend === 'wasm' ? MOST_MACS.wasm : isSlow ? MOST_MACS.slowGpu : Infinity;
  const share = most / Math.max(1, tileRuns * macs);
  const steps = Math.max(1, Math.min(wished, Math.floor(wished * share)));
  if (steps === wished) return { steps, reason: null };
  const who = backend === 'wasm' ? 'the processor' : 'this GPU';
  const count = steps === 1 ? '1 step' : `${steps} steps`;
  return {
    steps,
    reason: `${count} in place of ${wished}, because there is much for ${who} to do.`,
  };
}
