/**
 * One movement of a brush over a photograph, in the photograph's own upright pixels.
 */
export type MaskStroke = {
  /** Whether it takes pixels out of the mask rather than into it. */
  erases: boolean;
  /** x, y and the brush's radius there, point after point; pixel (0, 0) has its centre at (0.5, 0.5). */
  points: readonly number[];
};

/**
 * How a mask is made, as plain data: from the photograph it gives the same mask in any worker and on any
 * visit.
 */
export type MaskRecipe = {
  /** How much of the found damage counts, 0–1 (`sensitivityOf`); null takes none of it. */
  sensitivity: number | null;
  /** In the order in which they were made: later ones win. */
  strokes: readonly MaskStroke[];
};

/** A mask with nothing in it. */
export const EMPTY_MASK: MaskRecipe = { sensitivity: null, strokes: [] };

/** Positions and radii are kept to this share of a pixel: no eye sees less, and recipes stay short. */
const STEPS_A_PIXEL = 4;
/** Points nearer to each other than this share of the radius say nothing new. */
const NEAREST_POINTS = 0.25;

/** Whether a recipe marks nothing, on any photograph. */
export function isEmptyMask({ sensitivity, strokes }: MaskRecipe): boolean {
  return sensitivity === null && strokes.every(({ erases }) => erases);
}

/** The same stroke, drawn on to a point; the very same where the point says nothing new. */
export function strokeTo(stroke: MaskStroke, x: number, y: number, radius: number): MaskStroke {
  const [x1, y1, radius1] = [x, y, radius].map(rounded) as [number, number, number];
  const [x0 = NaN, y0 = NaN, radius0 = NaN] = stroke.points.slice(-3);
  const reach = NEAREST_POINTS * Math.min(radius0, radius1);
  const isNear = Math.hypot(x1 - x0, y1 - y0) <= reach && Math.abs(radius1 - radius0) <= reach;
  return isNear ? stroke : { ...stroke, points: [...stroke.points, x1, y1, radius1] };
}

/** The same recipe with a stroke more. */
export function withStroke(recipe: MaskRecipe, stroke: MaskStroke): MaskRecipe {
  return { ...recipe, strokes: [...recipe.strokes, stroke] };
}

function rounded(length: number): number {
  return Math.round(length * STEPS_A_PIXEL) / STEPS_A_PIXEL;
}
