import type { Region } from '../guided/mapping.ts';
import type { MaskRecipe, MaskStroke } from './mask-recipe.ts';

/** How sure it is that each pixel of a photograph is damaged: 0–255, row by row. */
export type DamageScores = { width: number; height: number; data: Uint8Array };

/** A region of a photograph, drawn at a size: `width` × `height` cells. */
export type MaskWindow = { region: Region; width: number; height: number };

/** A cell's half diagonal: no stroke is so thin that it passes between centres of cells. */
const LEAST_RADIUS = Math.SQRT1_2;

/** The window that is the photograph itself, pixel by pixel. */
export function wholeWindow({ width, height }: { width: number; height: number }): MaskWindow {
  return { region: { x: 0, y: 0, width, height }, width, height };
}

/**
 * Scores as a window shows them: the highest of the pixels that a cell touches, so that thin scratches stay to
 * be seen however small they are drawn, and any threshold can be taken afterwards.
 */
export function poolScores(scores: DamageScores, window: MaskWindow): Uint8Array {
  const { width, height, region } = window;
  const columns = touched(region.x, region.width, width, scores.width);
  const rows = touched(region.y, region.height, height, scores.height);
  const pooled = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let row = rows.first[y]!; row <= rows.last[y]!; row++) {
      poolRow(pooled, y * width, scores.data, row * scores.width, columns);
    }
  }
  return pooled;
}

/**
 * Which cells of a window are to be repaired: 1, else 0. Found damage first, then strokes in their order.
 * @param pooled scores of this very window ({@link poolScores}); null where none were found.
 */
export function drawMask(
  recipe: MaskRecipe,
  window: MaskWindow,
  pooled: Uint8Array | null,
): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(window.width * window.height);
  const { threshold } = recipe;
  if (threshold !== null && pooled) {
    for (let i = 0; i < mask.length; i++) mask[i] = pooled[i]! >= threshold ? 1 : 0;
  }
  for (const stroke of recipe.strokes) drawStroke(mask, window, stroke);
  return mask;
}

/**
 * Draws a stroke into a window's mask. Between two points the brush is drawn as if it had been everywhere
 * between them, its radius changing evenly, so that fast movements leave no gaps.
 * @param from the point at which to begin: those before are drawn already.
 */
export function drawStroke(
  mask: Uint8Array,
  window: MaskWindow,
  { erases, points }: MaskStroke,
  from = 0,
): void {
  const value = erases ? 0 : 1;
  const first = placeOf(points, Math.max(0, from - 1), window);
  let before = first;
  // A single point is a line without a length.
  for (let point = Math.max(1, from); point < Math.max(2, points.length / 3); point++) {
    const now = 3 * point < points.length ? placeOf(points, point, window) : first;
    drawLine(mask, window, before, now, value);
    before = now;
  }
}

/** In cells of a window. */
type Place = { x: number; y: number; radius: number };

function placeOf(points: readonly number[], point: number, window: MaskWindow): Place {
  const { region, width, height } = window;
  const [x = 0, y = 0, radius = 0] = points.slice(3 * point, 3 * point + 3);
  const [scaleX, scaleY] = [width / region.width, height / region.height];
  return {
    x: (x - region.x) * scaleX,
    y: (y - region.y) * scaleY,
    radius: Math.max(LEAST_RADIUS, (radius * (scaleX + scaleY)) / 2),
  };
}

/** Sets every cell whose centre is within the radius of the nearest point of the line. */
function drawLine(
  mask: Uint8Array,
  { width, height }: MaskWindow,
  from: Place,
  to: Place,
  value: number,
): void {
  const reach = Math.max(from.radius, to.radius);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy || 1;
  const [left, right] = cellsWithin(
    Math.min(from.x, to.x) - reach,
    Math.max(from.x, to.x) + reach,
    width,
  );
  const [top, bottom] = cellsWithin(
    Math.min(from.y, to.y) - reach,
    Math.max(from.y, to.y) + reach,
    height,
  );
  for (let row = top; row < bottom; row++) {
    const y = row + 0.5 - from.y;
    for (let column = left; column < right; column++) {
      const x = column + 0.5 - from.x;
      const along = Math.min(1, Math.max(0, (x * dx + y * dy) / square));
      const radius = from.radius + along * (to.radius - from.radius);
      const [offX, offY] = [x - along * dx, y - along * dy];
      if (offX * offX + offY * offY <= radius * radius) mask[row * width + column] = value;
    }
  }
}

/** First cell, and the one after the last, that a stretch of an axis may touch. */
function cellsWithin(from: number, to: number, count: number): [number, number] {
  return [Math.max(0, Math.floor(from)), Math.min(count, Math.ceil(to))];
}

/** First and last pixel that each cell of a window touches along an axis. */
function touched(from: number, length: number, count: number, pixels: number) {
  const first = new Uint32Array(count);
  const last = new Uint32Array(count);
  for (let cell = 0; cell < count; cell++) {
    first[cell] = Math.min(pixels - 1, Math.max(0, Math.floor(from + (cell * length) / count)));
    const end = Math.ceil(from + ((cell + 1) * length) / count) - 1;
    last[cell] = Math.min(pixels - 1, Math.max(first[cell]!, end));
  }
  return { first, last };
}

function poolRow(
  pooled: Uint8Array,
  target: number,
  scores: Uint8Array,
  source: number,
  { first, last }: ReturnType<typeof touched>,
): void {
  for (let x = 0; x < first.length; x++) {
    let most = pooled[target + x]!;
    for (let column = first[x]!; column <= last[x]!; column++) {
      most = Math.max(most, scores[source + column]!);
    }
    pooled[target + x] = most;
  }
}
