import type { TileSource } from 'openseadragon';
import { expect, test } from 'vitest';
import type * as told from '../../../public/embed/openseadragon.d.ts';
import type { ViewerColour } from '../../../src/openseadragon/viewer-colour.ts';
import { shareOf } from '../../../src/openseadragon/whole-picture.ts';

/** Deep Zoom's kind: 1000 × 500 pixels in tiles of 254 that overlap by one on each side, as OpenSeadragon reckons. */
function source(): TileSource {
  const [columns, rows] = [4, 2];
  return {
    aspectRatio: 2,
    getNumTiles: () => ({ x: columns, y: rows }),
    getTileBounds: (_level: number, x: number, y: number) => ({
      x: x === 0 ? 0 : (254 * x - 1) / 1000,
      y: y === 0 ? 0 : (254 * y - 1) / 1000,
      width: (x === columns - 1 ? 239 : x === 0 ? 255 : 256) / 1000,
      height: (y === rows - 1 ? 247 : 255) / 1000,
    }),
  } as unknown as TileSource;
}

test('a tile’s place is told in shares of the whole, its overlap with it', () => {
  expect(shareOf(source(), { level: 3, x: 3, y: 1 })).toEqual({
    x: 0.761,
    y: 0.506,
    width: 0.239,
    height: 0.494,
  });
});

test('where a picture repeats itself, a tile is the one that it repeats', () => {
  expect(shareOf(source(), { level: 3, x: -1, y: 1 })).toEqual(
    shareOf(source(), { level: 3, x: 3, y: 1 }),
  );
  expect(shareOf(source(), { level: 3, x: 8, y: 0 })).toEqual(
    shareOf(source(), { level: 3, x: 0, y: 0 }),
  );
});

test('the types that are published are those of the code', () => {
  // The compiler holds both against each other.
  const same = <A, _B extends A>(names: (keyof A & string)[]) => names.length;
  expect(same<told.ViewerColour, ViewerColour>(['state', 'error', 'isOn', 'turn', 'destroy'])).toBe(
    5,
  );
});
