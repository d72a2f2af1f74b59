import type { Engine } from '../worker/client.ts';

/**
 * Phones end the page that holds most while nobody looks at it: there the engine lets go of networks and
 * weights as soon as the page is hidden, after the photograph at work. They come back by themselves.
 */
export function releaseWhenHidden(engine: Engine): void {
  if (!matchMedia('(pointer: coarse)').matches) return;
  document.addEventListener('visibilitychange', () => {
    // An engine that died meanwhile holds nothing.
    if (document.visibilityState === 'hidden') void engine.release().catch(() => undefined);
  });
}
