/** Real time between looks at the intervals. */
const LOOK_MS = 50;

const { setInterval: realSetInterval } = globalThis;

/**
 * Lets intervals pass faster while `isHurried` says so: whoever waits by ticks for what never comes need
 * not be waited for.
 */
export function patchIntervals(isHurried: () => boolean): void {
  const hurried = (tick: () => void, ms = 0): ReturnType<typeof setInterval> => {
    let waitedMs = 0;
    return realSetInterval(
      () => {
        waitedMs += LOOK_MS;
        if (waitedMs < ms && !isHurried()) return;
        waitedMs = 0;
        tick();
      },
      Math.min(ms, LOOK_MS),
    );
  };
  Object.assign(globalThis, { setInterval: hurried });
}
