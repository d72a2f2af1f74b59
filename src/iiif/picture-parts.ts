import { AppError } from '../shared/errors.ts';
import type { ImageService, Size, TileSet } from './image-service.ts';

/** A piece of a picture: what its address gives belongs at (x, y), in the picture's pixels. */
export type Part = Size & { address: string; x: number; y: number };

/** The whole picture at some size, as what must be fetched for it: one part, or tiles side by side. */
export type Picture = Size & { parts: Part[] };

/** More tiles than this are not fetched for one picture. */
const MOST_PARTS = 64;
/** Pixels of a picture that is fetched whole at most: it is decoded in one piece. */
const MOST_PIXELS = 64e6;
/** A listed size this many times larger in area is still taken: servers have it ready. */
const READY_MADE = 4;

/**
 * Ways to have the whole picture at a size, best first: the smallest that is at least what is wanted, one request
 * rather than tiles; then larger ones; then those that are too small, largest first. Services are at times
 * wrong about what they have, so there is more than one way.
 * @param wanted in pixels; the picture's own size is enough in any case.
 * @throws {AppError} `iiif/no-image` where nothing that can be fetched is offered.
 */
export function picturesOf(service: ImageService, wanted: Size): Picture[] {
  const scale = Math.min(1, Math.max(wanted.width / service.width, wanted.height / service.height));
  const least = scaled(service, scale);
  const offered = [...wholes(service, least), ...tiled(service)].filter(
    ({ width, height, parts }) => width * height <= MOST_PIXELS && parts.length <= MOST_PARTS,
  );
  if (offered.length === 0) {
    throw new AppError(
      'iiif/no-image',
      'This IIIF service offers its picture in no size that can be used here.',
    );
  }
  const area = least.width * least.height;
  const cost = ({ width, height, parts }: Picture) => {
    const isEnough = width >= least.width && height >= least.height;
    // Requests count as much as some ten thousand pixels: the dearest part of a small one is the way.
    const price = width * height + 20_000 * parts.length;
    return isEnough ? price / area : 1e9 + area / (width * height);
  };
  return offered.sort((a, b) => cost(a) - cost(b));
}

/** The whole in one request. */
function wholes(service: ImageService, least: Size): Picture[] {
  const { width, height, mostWidth, mostHeight, mostArea } = service;
  const allowed = Math.min(
    1,
    mostWidth / width,
    mostHeight / height,
    Math.sqrt(mostArea / (width * height)),
  );
  const isAllowed = (size: Size) =>
    size.width <= mostWidth && size.height <= mostHeight && size.width * size.height <= mostArea;
  const ready = service.sizes.filter(isAllowed);
  const found = ready.map((size) => whole(service, size));
  // Every level gives the whole at its own size, or at the largest that is allowed (`max`: 3.0 section 4.2).
  if (allowed === 1) found.push(whole(service, service));
  if (!service.givesAnySize) return found;
  const fits = ready.some(
    (size) =>
      size.width >= least.width &&
      size.height >= least.height &&
      size.width * size.height <= READY_MADE * least.width * least.height,
  );
  const isLeastAllowed = least.width / width <= allowed;
  if (!fits)
    found.push(whole(service, isLeastAllowed ? least : scaled(service, allowed, Math.floor)));
  return found;
}

function whole(service: ImageService, { width, height }: Size): Picture {
  const isOwnSize = width === service.width && height === service.height;
  const size = isOwnSize ? ownSize(service) : canonicalSize(service, { width, height });
  const address = `${service.id}/full/${size}/0/default.jpg`;
  return { width, height, parts: [{ address, x: 0, y: 0, width, height }] };
}

/** The whole from tiles, once for each scale. */
function tiled(service: ImageService): Picture[] {
  return service.tiles.flatMap((set) =>
    set.scaleFactors
      .filter((factor) => countTiles(service, set, factor) <= MOST_PARTS)
      .map((factor) => ({
        width: Math.ceil(service.width / factor),
        height: Math.ceil(service.height / factor),
        parts: tilesOf(service, set, factor),
      })),
  );
}

function countTiles({ width, height }: Size, set: TileSet, factor: number): number {
  return Math.ceil(width / (set.width * factor)) * Math.ceil(height / (set.height * factor));
}

/**
 * The tiles of one scale, row by row, as the implementation notes reckon them.
 * https://iiif.io/api/image/3.0/implementation/#3-tile-region-parameter-calculation
 */
function tilesOf(service: ImageService, set: TileSet, factor: number): Part[] {
  const parts: Part[] = [];
  for (let top = 0, y = 0; top < service.height; top += set.height * factor, y += set.height) {
    for (let left = 0, x = 0; left < service.width; left += set.width * factor, x += set.width) {
      const region = {
        width: Math.min(set.width * factor, service.width - left),
        height: Math.min(set.height * factor, service.height - top),
      };
      const width = Math.ceil(region.width / factor);
      const height = Math.ceil(region.height / factor);
      const isWhole = region.width === service.width && region.height === service.height;
      const place = isWhole ? 'full' : [left, top, region.width, region.height].join();
      const size =
        isWhole && factor === 1 ? ownSize(service) : canonicalSize(service, { width, height });
      parts.push({ address: `${service.id}/${place}/${size}/0/default.jpg`, x, y, width, height });
    }
  }
  return parts;
}

/** Canonical forms: 3.0 section 4.7 `w,h` and `max`, 2.1 section 4.7 `w,` and `full`. */
function canonicalSize({ version }: ImageService, { width, height }: Size): string {
  return version === 3 ? `${width},${height}` : `${width},`;
}

function ownSize({ version }: ImageService): string {
  return version === 3 ? 'max' : 'full';
}

/** A whole number that was missed by rounding is that number. */
const SLIVER = 1e-6;

function scaled({ width, height }: Size, scale: number, round = Math.ceil): Size {
  const slack = round === Math.ceil ? -SLIVER : SLIVER;
  const side = (pixels: number) => Math.max(1, Math.min(pixels, round(pixels * scale + slack)));
  return { width: side(width), height: side(height) };
}
