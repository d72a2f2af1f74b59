/** Columns turned together: their cache lines over a stripe's rows stay in the first-level cache. */
const BLOCK_COLUMNS = 32;
/** Copies a stripe of an unturned plane to where it belongs in the turned one. */
export function placeRows(stripe, { width, height, y, rows }, target, rotation) {
    const count = width * rows;
    if (rotation === 0) {
        target.set(stripe.subarray(0, count), y * width);
    }
    else if (rotation === 180) {
        const last = (height - y) * width - 1;
        for (let i = 0; i < count; i++)
            target[last - i] = stripe[i];
    }
    else {
        turn(stripe, { width, height, y, rows }, target, rotation === 90);
    }
}
/** Writes along the target's rows; (x, y) goes to (height − 1 − y, x), or to (y, width − 1 − x). */
function turn(stripe, place, target, isClockwise) {
    const { width, height, y, rows } = place;
    const step = isClockwise ? -1 : 1;
    for (let block = 0; block < width; block += BLOCK_COLUMNS) {
        const end = Math.min(width, block + BLOCK_COLUMNS);
        for (let x = block; x < end; x++) {
            let to = isClockwise ? x * height + height - 1 - y : (width - 1 - x) * height + y;
            for (let from = x, row = 0; row < rows; row++, from += width, to += step) {
                target[to] = stripe[from];
            }
        }
    }
}
