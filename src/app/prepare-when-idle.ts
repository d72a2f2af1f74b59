import type { Desk } from './batch/desk.svelte.ts';
import { savesData } from './offline/saves-data.ts';
import { whenIdle } from './when-idle.ts';

/**
 * Lets the engine compile the network's kernels once the page has nothing else to do, so that the first
 * photograph need not wait for them. Not where the visitor saves data: nothing is fetched there unasked.
 */
export function prepareWhenIdle({ engine, tuning, models }: Desk): void {
  if (savesData()) return;
  const prepare = () => void engine.prepare(tuning.preset ?? undefined, models.wish);
  // Compiling takes the GPU's own process, which has the first frame to show before.
  requestAnimationFrame(() => whenIdle(prepare));
}
