const NAME = 'autochrome-engine';

/**
 * The worker's name, which also tells it the page's touch points: a worker has no
 * `navigator.maxTouchPoints`, and by nothing else is an iPad told from a Mac.
 */
export function engineName(touchPoints: number): string {
  return `${NAME}/${touchPoints}`;
}

/** The touch points in a worker's name; 0 where another program started it. */
export function touchPointsIn(name: string): number {
  const [first, touchPoints] = name.split('/');
  return first === NAME ? Number(touchPoints) || 0 : 0;
}
