/** Clockwise turn in degrees. */
export type Rotation = 0 | 90 | 180 | 270;

/** Columns turned together: their cache lines over a stripe's rows stay in the first-level cache. */
const BLOCK_COLUMNS = 32;

/** A plane's rows, whatever its samples. */
type Plane = Uint8Array | Uint16Array | Float32Array;

/** A stripe of rows as it lies in the unturned plane of `width` × `height`, from row `y` on. */
export type StripePlace = { width: number; height: number; y: number; rows: number };

/** Copies a stripe of an unturned plane to where it belongs in the turned one. */
export function placeRows<P extends Plane>(
  stripe: P,
  { width, height, y, rows }: StripePlace,
  target: P,
  rotation: Rotation,
): void {
  const count = width * rows;
  if (rotation === 0) {
    target.set(stripe.subarray(0, count), y * width);
  } else if (rotation === 180) {
    const last = (height - y) * width - 1;
    for (let i = 0; i < count; i++) target[last - i] = stripe[i]!;
  } else {
    turn(stripe, { width, height, y, rows }, target, rotation === 90);
  }
}

/** Writes along the target's rows; (x, y) goes to (height − 1 − y, x), or to (y, width − 1 − x). */
function turn(stripe: Plane, place: StripePlace, target: Plane, isClockwise: boolean): void {
  const { width, height, y, rows } = place;
  const step = isClockwise ? -1 : 1;
  for (let block = 0; block < width; block += BLOCK_COLUMNS) {
    const end = Math.min(width, block + BLOCK_COLUMNS);
    for (let x = block; x < end; x++) {
      let to = isClockwise ? x * height + height - 1 - y : (width - 1 - x) * height + y;
      for (let from = x, row = 0; row < rows; row++, from += width, to += step) {
        target[to] = stripe[from]!;
      }
    }
  }
}
