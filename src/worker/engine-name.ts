const NAME = 'autochrome-engine';

/**
 * The worker's name, which also tells it what it cannot ask for: the page's touch points, by which alone an
 * iPad is told from a Mac, and whose models it runs.
 * @param catalogue address of the models' `catalogue.json`; absent, the one beside the engine.
 */
export function engineName(touchPoints: number, catalogue?: URL): string {
  return [NAME, touchPoints, ...(catalogue ? [catalogue.href] : [])].join('/');
}

/** The touch points in a worker's name; 0 where another program started it. */
export function touchPointsIn(name: string): number {
  const [first, touchPoints] = name.split('/');
  return first === NAME ? Number(touchPoints) || 0 : 0;
}

/** The address of the catalogue in a worker's name, or null. */
export function catalogueIn(name: string): URL | null {
  const [first, , ...address] = name.split('/');
  return first === NAME && address.length > 0 ? new URL(address.join('/')) : null;
}
