/** Calls once the page has nothing else to do. */
export function whenIdle(work: () => void): void {
  // Safari does not tell of idle time.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work);
  else setTimeout(work);
}
