/** A rectangle of the photograph, in its own pixels; may be fractional. */
export type Region = { x: number; y: number; width: number; height: number };

/** Grid coordinate of the centre of drawn pixel (x, y): (x·scaleX + offsetX, y·scaleY + offsetY). */
export type GridMapping = { scaleX: number; offsetX: number; scaleY: number; offsetY: number };

/**
 * How a region of a photograph, drawn at `width` × `height` pixels, lies on a grid that covers the
 * whole photograph. Integer coordinates are centres of grid cells.
 */
export function mapToGrid(
  grid: { width: number; height: number },
  photograph: { width: number; height: number },
  region: Region,
  width: number,
  height: number,
): GridMapping {
  const cellsPerPixelX = grid.width / photograph.width;
  const cellsPerPixelY = grid.height / photograph.height;
  const scaleX = (region.width / width) * cellsPerPixelX;
  const scaleY = (region.height / height) * cellsPerPixelY;
  return {
    scaleX,
    offsetX: region.x * cellsPerPixelX + scaleX / 2 - 0.5,
    scaleY,
    offsetY: region.y * cellsPerPixelY + scaleY / 2 - 0.5,
  };
}
