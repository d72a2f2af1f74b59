import type { Desk } from './batch/desk.svelte.ts';

/** Chromium's word of a visitor who pays for bytes; TypeScript's library does not know it. */
type SavingNavigator = Navigator & { connection?: { saveData?: boolean } };

/**
 * Lets the engine compile the network's kernels once the page has nothing else to do, so that the first
 * photograph need not wait for them. Not where the visitor saves data: nothing is fetched there unasked.
 */
export function prepareWhenIdle({ engine, tuning, models }: Desk): void {
  if ((navigator as SavingNavigator).connection?.saveData) return;
  const prepare = () => void engine.prepare(tuning.preset ?? undefined, models.wish);
  // Compiling takes the GPU's own process, which has the first frame to show before.
  requestAnimationFrame(() => {
    // Safari does not tell of idle time.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(prepare);
    else setTimeout(prepare);
  });
}
