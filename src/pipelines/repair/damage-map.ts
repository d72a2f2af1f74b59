import { assert } from '../../shared/errors.ts';
import type { Mask } from './mask.ts';

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

/**
 * What counts as damaged at a sensitivity: a pure function of the map, so that a slider runs no network.
 * Damage is grown by one cell of the map, since what is lost begins a little before what is seen.
 * @param sensitivity 0…1: damage counts from the probability 1 − sensitivity on.
 * @param width, height of the mask: the photograph's for repairing, any other for showing.
 */
export function maskOfMap(
  map: DamageMap,
  sensitivity: number,
  width: number,
  height: number,
): Mask {
  assert(sensitivity >= 0 && sensitivity <= 1, 'A sensitivity is a number from 0 to 1.');
  const threshold = Math.min(255, Math.max(LEAST_THRESHOLD, 255 * (1 - sensitivity)));
  const grown = grownMap(map);
  const data = new Uint8Array(width * height);
  const columns = samplesAlong(width, map.width);
  const rows = samplesAlong(height, map.height);
  for (let y = 0; y < height; y++) {
    const {
      at: [top, bottom],
      share: down,
    } = rows[y]!;
    const [first, second] = [top * map.width, bottom * map.width];
    for (let x = 0; x < width; x++) {
      const {
        at: [left, right],
        share: along,
      } = columns[x]!;
      const upper = grown[first + left]! * (1 - along) + grown[first + right]! * along;
      const lower = grown[second + left]! * (1 - along) + grown[second + right]! * along;
      if (upper * (1 - down) + lower * down >= threshold) data[y * width + x] = 1;
    }
  }
  return { width, height, data };
}

/** The largest value of each cell and its eight neighbours. */
function grownMap({ width, height, data }: DamageMap): Uint8Array {
  const along = new Uint8Array(data.length);
  const grown = new Uint8Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? data[i - 1]! : 0;
      const right = x + 1 < width ? data[i + 1]! : 0;
      along[i] = Math.max(data[i]!, left, right);
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const above = y > 0 ? along[i - width]! : 0;
      const below = y + 1 < height ? along[i + width]! : 0;
      grown[i] = Math.max(along[i]!, above, below);
    }
  }
  return grown;
}

/** For each of `count` places the two samples beside its middle, and the second one's share. */
function samplesAlong(count: number, samples: number): { at: [number, number]; share: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const place = Math.min(samples - 1, Math.max(0, ((i + 0.5) * samples) / count - 0.5));
    const first = Math.floor(place);
    return { at: [first, Math.min(samples - 1, first + 1)], share: place - first };
  });
}
