/**
 * Mirrors planes `[height, width]`, one after the other. What is mirrored twice is as it was.
 * @param view 0 as it is, 1 left to right, 2 top to bottom, 3 both.
 * @param into as long as `from`, and not that.
 */
export function mirror(
  from: Float32Array,
  into: Float32Array,
  width: number,
  height: number,
  view: number,
): void {
  const isAcross = (view & 1) !== 0;
  const isDown = (view & 2) !== 0;
  const area = width * height;
  for (let plane = 0; plane < from.length; plane += area) {
    for (let y = 0; y < height; y++) {
      const start = plane + (isDown ? height - 1 - y : y) * width;
      const row = into.subarray(plane + y * width, plane + (y + 1) * width);
      row.set(from.subarray(start, start + width));
      if (isAcross) row.reverse();
    }
  }
}
