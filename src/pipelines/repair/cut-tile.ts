import type { LightnessPlane } from '../../image/photograph.ts';
import type { DamagedPixels } from './damaged-pixels.ts';
import { grayOf } from './gray.ts';
import type { Tile, TileGrid } from './tiles.ts';

type Plane = Float32Array<ArrayBuffer>;

/** Sides of what a network sees: a tile, filled up to these. */
type Filled = Pick<TileGrid, 'width' | 'height'>;

/** Fills the gray, −1…1, and the mask, 0 or 1, of a tile. Beyond a picture that is smaller its border is repeated. */
export function cutTile(
  { gray, mask }: { gray: Plane; mask: Plane },
  plane: LightnessPlane,
  damage: DamagedPixels,
  tile: Tile,
  to: Filled,
): void {
  mask.fill(0);
  for (let row = 0; row < tile.height; row++) {
    const start = row * to.width;
    const from = (tile.y + row) * plane.width + tile.x;
    for (let x = 0; x < tile.width; x++) gray[start + x] = grayOf(plane.data[from + x]!);
  }
  forEachDamaged(tile, damage, to, (_i, at) => (mask[at] = 1));
  repeatBorder(gray, tile, to);
  repeatBorder(mask, tile, to);
}

/** Fills a plane with the gray of a tile and, at its damaged pixels, with theirs of `values`. */
export function cutGuess(
  into: Plane,
  gray: Plane,
  values: Float32Array,
  damage: DamagedPixels,
  tile: Tile,
  to: Filled,
): void {
  into.set(gray);
  forEachDamaged(tile, damage, to, (i, at) => (into[at] = values[i]!));
  repeatBorder(into, tile, to);
}

function forEachDamaged(
  tile: Tile,
  damage: DamagedPixels,
  { width }: Filled,
  visit: (i: number, at: number) => void,
): void {
  for (let row = 0; row < tile.height; row++) {
    const { first, end } = damage.span(tile.y + row, tile.x, tile.x + tile.width);
    for (let i = first; i < end; i++) visit(i, row * width + damage.columns[i]! - tile.x);
  }
}

function repeatBorder(plane: Plane, tile: Tile, { width, height }: Filled): void {
  for (let row = 0; row < tile.height && tile.width < width; row++) {
    const end = row * width + tile.width;
    plane.fill(plane[end - 1]!, end, (row + 1) * width);
  }
  for (let row = tile.height; row < height; row++) {
    plane.copyWithin(row * width, (row - 1) * width, row * width);
  }
}
