import { assert } from '../../shared/errors.ts';
import type { MaskWindow } from './mask.ts';

/**
 * How likely each part of a photograph is damaged, as the detector sees it. It covers the whole photograph, at the
 * photograph's size or, of large scans, at a smaller one. Plain data: it can be kept, and sent to another worker.
 */
export type DamageMap = {
  width: number;
  height: number;
  /** 0–255 for a probability of 0–1, row by row. */
  data: Uint8Array<ArrayBuffer>;
};

/** A mask is never everything and never nothing by the slider alone. */
const LEAST_THRESHOLD = 5;

/** The values of {@link damageIn} from which on damage counts at a sensitivity, 0…1: from 1 − sensitivity. */
export function thresholdOf(sensitivity: number): number {
  assert(sensitivity >= 0 && sensitivity <= 1, 'A sensitivity is a number from 0 to 1.');
  return Math.min(255, Math.max(LEAST_THRESHOLD, 255 * (1 - sensitivity)));
}

/**
 * A map as a window shows it, 0–255 for each cell, to which any threshold can be put afterwards: a slider runs no
 * network. Damage is grown by one cell of the map, since what is lost begins a little before what is seen. Along an
 * axis that shrinks a cell takes the largest that it touches, so that a scratch stays to be seen however small it is
 * drawn; along one that grows the map is bilinear.
 */
export function damageIn(map: DamageMap, window: MaskWindow): Uint8Array<ArrayBuffer> {
  const { photograph, region, width, height } = window;
  const columns = samplesAlong(region.x, region.width, width, photograph.width, map.width);
  const rows = samplesAlong(region.y, region.height, height, photograph.height, map.height);
  const across = spanOf(columns);
  const down = spanOf(rows);
  const grown = grownMap(map, across, down);
  const line = new Float32Array(grown.width);
  const result = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = rows[y]!;
    const first = (row.first - down.first) * grown.width;
    const last = (row.last - down.first) * grown.width;
    for (let x = 0; x < grown.width; x++) {
      line[x] = sampled(grown.data, first + x, last + x, grown.width, row.share);
    }
    for (let x = 0; x < width; x++) {
      const { first: left, last: right, share } = columns[x]!;
      const value = sampled(line, left - across.first, right - across.first, 1, share);
      // Half is added so that the integer store rounds.
      result[y * width + x] = value + 0.5;
    }
  }
  return result;
}

/** First and last sample that a window needs of an axis. */
type Span = { first: number; last: number };

function spanOf(samples: readonly Samples[]): Span {
  return { first: samples[0]!.first, last: samples.at(-1)!.last };
}

/** The largest value of each cell and its eight neighbours, of a part of the map: a zoomed view needs little of it. */
function grownMap({ width, height, data }: DamageMap, across: Span, down: Span): DamageMap {
  const columns = across.last - across.first + 1;
  const [top, bottom] = [Math.max(0, down.first - 1), Math.min(height - 1, down.last + 1)];
  const along = new Uint8Array(columns * (bottom - top + 1));
  for (let y = top, i = 0; y <= bottom; y++) {
    for (let x = across.first; x <= across.last; x++, i++) {
      const at = y * width + x;
      const left = x > 0 ? data[at - 1]! : 0;
      const right = x + 1 < width ? data[at + 1]! : 0;
      along[i] = Math.max(data[at]!, left, right);
    }
  }
  const grown = new Uint8Array(columns * (down.last - down.first + 1));
  for (let y = down.first, i = 0; y <= down.last; y++) {
    let at = (y - top) * columns;
    for (let x = 0; x < columns; x++, i++, at++) {
      const above = y > 0 ? along[at - columns]! : 0;
      const below = y + 1 < height ? along[at + columns]! : 0;
      grown[i] = Math.max(along[at]!, above, below);
    }
  }
  return { width: columns, height: down.last - down.first + 1, data: grown };
}

/** The samples of a cell along an axis: the second one's share of two neighbours, or null for the largest of all. */
type Samples = { first: number; last: number; share: number | null };

/** @param from, length, pixels in pixels of the photograph. */
function samplesAlong(
  from: number,
  length: number,
  count: number,
  pixels: number,
  samples: number,
): Samples[] {
  const each = (length / count) * (samples / pixels);
  const start = from * (samples / pixels);
  const inside = (place: number) => Math.min(samples - 1, Math.max(0, place));
  return Array.from({ length: count }, (_, cell) => {
    if (each > 1) {
      const first = inside(Math.floor(start + cell * each));
      const last = inside(Math.ceil(start + (cell + 1) * each) - 1);
      return { first, last: Math.max(first, last), share: null };
    }
    const place = inside(start + (cell + 0.5) * each - 0.5);
    const first = Math.floor(place);
    return { first, last: inside(first + 1), share: place - first };
  });
}

function sampled(
  values: Uint8Array | Float32Array,
  first: number,
  last: number,
  stride: number,
  share: number | null,
): number {
  if (share !== null) return values[first]! * (1 - share) + values[last]! * share;
  let most = 0;
  for (let at = first; at <= last; at += stride) most = Math.max(most, values[at]!);
  return most;
}
