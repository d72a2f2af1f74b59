import { thresholdOf } from './damage-map.ts';
/** A cell's half diagonal: no stroke is so thin that it passes between centres of cells. */
const LEAST_RADIUS = Math.SQRT1_2;
/**
 * Which cells of a window are to be repaired: 1, else 0. Found damage first, then strokes in their order.
 * @param found what this very window shows of the damage map; null where no damage was looked for.
 */
export function drawMask(recipe, window, found) {
    const { width, height } = window;
    const data = new Uint8Array(width * height);
    if (recipe.sensitivity !== null && found) {
        const threshold = thresholdOf(recipe.sensitivity);
        for (let i = 0; i < data.length; i++)
            data[i] = found[i] >= threshold ? 1 : 0;
    }
    for (const stroke of recipe.strokes)
        drawStroke(data, window, stroke);
    return { width, height, data };
}
/**
 * Draws a stroke into a window's mask. Between two points the brush is drawn as if it had been everywhere
 * between them, its radius changing evenly, so that fast movements leave no gaps.
 * @param from the point at which to begin: those before are drawn already.
 */
export function drawStroke(mask, window, { erases, points }, from = 0) {
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
function placeOf(points, point, window) {
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
function drawLine(mask, { width, height }, from, to, value) {
    const reach = Math.max(from.radius, to.radius);
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const square = dx * dx + dy * dy || 1;
    const [left, right] = cellsWithin(Math.min(from.x, to.x) - reach, Math.max(from.x, to.x) + reach, width);
    const [top, bottom] = cellsWithin(Math.min(from.y, to.y) - reach, Math.max(from.y, to.y) + reach, height);
    for (let row = top; row < bottom; row++) {
        const y = row + 0.5 - from.y;
        for (let column = left; column < right; column++) {
            const x = column + 0.5 - from.x;
            const along = Math.min(1, Math.max(0, (x * dx + y * dy) / square));
            const radius = from.radius + along * (to.radius - from.radius);
            const [offX, offY] = [x - along * dx, y - along * dy];
            if (offX * offX + offY * offY <= radius * radius)
                mask[row * width + column] = value;
        }
    }
}
/** First cell, and the one after the last, that a stretch of an axis may touch. */
function cellsWithin(from, to, count) {
    return [Math.max(0, Math.floor(from)), Math.min(count, Math.ceil(to))];
}
