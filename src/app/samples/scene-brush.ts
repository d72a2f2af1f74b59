/** What the drawn sample is painted with. */
export type Brush = OffscreenCanvasRenderingContext2D;

/** A neutral gray as a CSS colour; `light` and `alpha` are 0–1. */
export function grays(light: number, alpha = 1): string {
  const level = Math.round(255 * Math.min(1, Math.max(0, light)));
  return `rgb(${level} ${level} ${level} / ${alpha})`;
}

/** Numbers in 0–1 that are the same for the same seed (mulberry32, Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
