/** Lines of samples in each row of cells, and samples along each cell. */
const SAMPLES = 4;

/** A corner, as shares of the picture's width and height. */
type Corner = { x: number; y: number };

/**
 * What a polygon covers of each cell of a grid over the whole picture, 0–255. Inside is by the even–odd rule: what
 * is gone round twice is outside. Fewer than three corners cover nothing.
 */
export function maskOfOutline(
  outline: readonly Corner[],
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(width * height);
  const columns = width * SAMPLES;
  const hits = new Uint8Array(width);
  for (let row = 0; row < height; row++) {
    hits.fill(0);
    for (let line = 0; line < SAMPLES; line++) {
      const crossings = crossingsAt((row + (line + 0.5) / SAMPLES) / height, outline);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        // Samples lie in the middle of their part of the cell.
        const from = Math.max(0, Math.ceil(crossings[i]! * columns - 0.5));
        const to = Math.min(columns, Math.ceil(crossings[i + 1]! * columns - 0.5));
        for (let at = from; at < to; at++) hits[(at / SAMPLES) | 0]!++;
      }
    }
    for (let x = 0; x < width; x++) {
      mask[row * width + x] = Math.round((hits[x]! * 255) / SAMPLES ** 2);
    }
  }
  return mask;
}

/** Where a horizontal line crosses the polygon's sides, rising. */
function crossingsAt(y: number, outline: readonly Corner[]): number[] {
  const crossings: number[] = [];
  for (const [i, to] of outline.entries()) {
    const from = outline.at(i - 1)!;
    if (from.y <= y === to.y <= y) continue;
    crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x));
  }
  return crossings.sort((a, b) => a - b);
}
