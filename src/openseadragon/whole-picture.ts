import type { Tile, TileSource } from 'openseadragon';
import { composePicture } from '../embed/compose-picture.ts';

/** Pixels that colours are found on: at least twice what the largest network sees each way. */
const WANTED_PIXELS = 1024 * 768;

/** Where a tile lies, as shares of the whole's width and height: 0–1. */
export function shareOf(source: TileSource, { level, x, y }: Pick<Tile, 'level' | 'x' | 'y'>) {
  const count = source.getNumTiles(level);
  // A picture that repeats itself counts its tiles on and on. The unit is the whole's width, for both.
  const bounds = source.getTileBounds(level, modulo(x, count.x), modulo(y, count.y));
  const { aspectRatio } = source;
  return {
    x: bounds.x,
    y: bounds.y * aspectRatio,
    width: bounds.width,
    height: bounds.height * aspectRatio,
  };
}

/**
 * The whole picture of a source, small: of its levels the smallest that shows enough, put together from its tiles.
 * @throws {AppError} `net/*`, `input/*`, `job/aborted`.
 */
export function wholePicture(source: TileSource, signal: AbortSignal): Promise<Blob> {
  const { minLevel, maxLevel, dimensions } = source;
  const pixelsAt = (at: number) => dimensions.x * dimensions.y * source.getLevelScale(at) ** 2;
  let level = minLevel;
  while (level < maxLevel && pixelsAt(level) < WANTED_PIXELS) level++;
  const scale = source.getLevelScale(level);
  const [width, height] = [Math.ceil(dimensions.x * scale), Math.ceil(dimensions.y * scale)];
  const { x: columns, y: rows } = source.getNumTiles(level);
  const parts = Array.from({ length: columns * rows }, (_, tile) => {
    const at = { level, x: tile % columns, y: Math.floor(tile / columns) };
    const share = shareOf(source, at);
    const given: string | (() => string) = source.getTileUrl(level, at.x, at.y);
    return {
      address: typeof given === 'string' ? given : given(),
      ...{ x: share.x * width, y: share.y * height },
      ...{ width: share.width * width, height: share.height * height },
    };
  });
  return composePicture({ width, height, parts }, signal);
}

function modulo(value: number, count: number): number {
  return ((value % count) + count) % count;
}
