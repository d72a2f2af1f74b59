import type { DamagedPixels, Rectangle } from './damaged-pixels.ts';

/** Of a tile's side: what it only looks at, on each side that is not the picture's border… */
const MARGIN = 1 / 8;
/** …and within that what it shares with its neighbour, where one fades into the other. */
const FADE = 1 / 8;

/** Tiles of one size over a picture. A side is a multiple of the network's, or that of a smaller picture, filled up. */
export type TileGrid = {
  /** Of what the network sees. */
  width: number;
  height: number;
  tiles: readonly Tile[];
};

/** One tile: the part of the picture that it sees, and how much each column and row of it counts. */
export type Tile = Rectangle & {
  /** 0…1, one a column; at a place the product with the row's. Never 0 for all tiles of a place. */
  columnWeights: Float32Array;
  rowWeights: Float32Array;
};

/**
 * Lays tiles over a picture so that each pixel is well inside of one. Neighbours fade into each other, so that no
 * border is to be seen; what only one needs, no other computes.
 * @param side of a tile, a multiple of `multiple`.
 * @param damage where it is given, tiles that count at none of it are left out.
 */
export function layTiles(
  picture: { width: number; height: number },
  side: number,
  multiple: number,
  damage?: DamagedPixels,
): TileGrid {
  const across = placesAlong(picture.width, side);
  const down = placesAlong(picture.height, side);
  const tiles = down.flatMap((row) =>
    across.map((column) => ({
      x: column.start,
      y: row.start,
      width: column.weights.length,
      height: row.weights.length,
      columnWeights: column.weights,
      rowWeights: row.weights,
    })),
  );
  const filled = (length: number) => Math.min(side, Math.ceil(length / multiple) * multiple);
  return {
    width: filled(picture.width),
    height: filled(picture.height),
    tiles: damage ? tiles.filter((tile) => damage.isAnyIn(coreOf(tile))) : tiles,
  };
}

/** The part of a tile that counts. */
export function coreOf({ x, y, columnWeights, rowWeights }: Tile): Rectangle {
  const counts = (weight: number) => weight > 0;
  const [left, top] = [columnWeights.findIndex(counts), rowWeights.findIndex(counts)];
  return {
    x: x + left,
    y: y + top,
    width: columnWeights.findLastIndex(counts) + 1 - left,
    height: rowWeights.findLastIndex(counts) + 1 - top,
  };
}

/** Tiles along one side, evenly spread. */
function placesAlong(length: number, side: number): { start: number; weights: Float32Array }[] {
  if (length <= side) return [{ start: 0, weights: new Float32Array(length).fill(1) }];
  const [margin, fade] = [side * MARGIN, side * FADE];
  const most = side - 2 * margin - fade;
  const steps = Math.ceil((length - side) / most);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const start = Math.round((i * (length - side)) / steps);
    const weights = Float32Array.from({ length: side }, (_value, at) => {
      const before = start === 0 ? 1 : smooth((at + 0.5 - margin) / fade);
      const after = start + side === length ? 1 : smooth((side - at - 0.5 - margin) / fade);
      return before * after;
    });
    return { start, weights };
  });
}

/** From 0 to 1, flat at both ends. */
function smooth(part: number): number {
  const t = Math.min(1, Math.max(0, part));
  return t * t * (3 - 2 * t);
}
