/**
 * How a region of a photograph, drawn at `width` × `height` pixels, lies on a grid that covers the
 * whole photograph. Integer coordinates are centres of grid cells.
 */
export function mapToGrid(grid, photograph, region, width, height) {
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
