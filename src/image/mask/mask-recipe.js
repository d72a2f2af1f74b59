/** A mask with nothing in it. */
export const EMPTY_MASK = { sensitivity: null, strokes: [] };
/** Positions and radii are kept to this share of a pixel: no eye sees less, and recipes stay short. */
const STEPS_A_PIXEL = 4;
/** Points nearer to each other than this share of the radius say nothing new. */
const NEAREST_POINTS = 0.25;
/** Whether a recipe marks nothing, on any photograph. */
export function isEmptyMask({ sensitivity, strokes }) {
    return sensitivity === null && strokes.every(({ erases }) => erases);
}
/** The same stroke, drawn on to a point; the very same where the point says nothing new. */
export function strokeTo(stroke, x, y, radius) {
    const [x1, y1, radius1] = [x, y, radius].map(rounded);
    const [x0 = NaN, y0 = NaN, radius0 = NaN] = stroke.points.slice(-3);
    const reach = NEAREST_POINTS * Math.min(radius0, radius1);
    const isNear = Math.hypot(x1 - x0, y1 - y0) <= reach && Math.abs(radius1 - radius0) <= reach;
    return isNear ? stroke : { ...stroke, points: [...stroke.points, x1, y1, radius1] };
}
/** The same recipe with a stroke more. */
export function withStroke(recipe, stroke) {
    return { ...recipe, strokes: [...recipe.strokes, stroke] };
}
function rounded(length) {
    return Math.round(length * STEPS_A_PIXEL) / STEPS_A_PIXEL;
}
