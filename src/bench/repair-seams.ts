import type { RepairSampling } from '../models/repair-card.ts';
import { applyPatches } from '../pipelines/repair/patches.ts';
import { RepairRun, type OpenRestorer } from '../pipelines/repair/repair-run.ts';
import { layTiles } from '../pipelines/repair/tiles.ts';

/**
 * Steps of lightness from pixel to pixel within damage, at borders of tiles and elsewhere: their ratio in a repair on
 * tiles of 128 beside that in the same repair on one tile. 1 is no seam.
 */
export type SeamMeasurement = RepairSampling & { width: number; height: number; ratio: number };

const SIZES = [
  [256, 192],
  [320, 320],
  [448, 208],
] as const;
/** Steps and views. */
const SAMPLINGS = [
  [1, 1],
  [1, 4],
  [4, 1],
] as const;
const SIDE = 128;
/** Columns to each side of a border that belong to it. */
const REACH = 2;

/** Measures three sizes: a draft, finally, and sampled. */
export async function measureSeams(
  open: OpenRestorer,
  multiple: number,
): Promise<SeamMeasurement[]> {
  const found: SeamMeasurement[] = [];
  for (const [width, height] of SIZES) {
    for (const [steps, views] of SAMPLINGS) {
      const ratios: number[] = [];
      for (const side of [SIDE, Math.max(width, height)]) {
        const plane = await repaired(open, { width, height, steps, views, side, multiple });
        ratios.push(ratioAtBorders(plane, width, height, multiple));
      }
      found.push({ width, height, steps, views, ratio: ratios[0]! / ratios[1]! });
    }
  }
  return found;
}

type Wanted = RepairSampling & { width: number; height: number; side: number; multiple: number };

async function repaired(
  open: OpenRestorer,
  { width, height, steps, views, side, multiple }: Wanted,
): Promise<Uint16Array> {
  const data = Uint16Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const wave = Math.sin(x / 21) * Math.cos(y / 17) + (2 * x + y > width + height ? 0.7 : 0);
    return 26_000 + 9000 * wave + (9000 * x) / width + ((i * 7919) % 1500);
  });
  const lightness = { width, height, data };
  const mask = { width, height, data: Uint8Array.from(data, (_, i) => isDamaged(i, width)) };
  for (let i = 0; i < data.length; i++) if (mask.data[i] === 1) data[i] = 60_000;
  const run = new RepairRun(
    { lightness, mask, mode: 'final', seed: 3, state: null },
    { steps, views },
  );
  const quiet = { onTile: () => undefined, onStep: () => undefined };
  const signal = new AbortController().signal;
  const whole = Math.ceil(side / multiple) * multiple;
  await run.goOn(open, { side: whole, multiple }, quiet, signal);
  applyPatches(lightness, run.patches());
  return data;
}

/** Tears from side to side, each through every tile in its way. */
function isDamaged(i: number, width: number): number {
  const [x, y] = [i % width, Math.floor(i / width)];
  return (y + 9 * Math.sin(x / 30)) % 48 < 11 ? 1 : 0;
}

function ratioAtBorders(
  data: Uint16Array,
  width: number,
  height: number,
  multiple: number,
): number {
  const borders = new Set<number>();
  for (const { x, columnWeights } of layTiles({ width, height }, SIDE, multiple).tiles) {
    columnWeights.forEach((weight, i) => {
      const next = columnWeights[i + 1] ?? 0;
      // Where a tile begins or ends to count, and where it begins or ends to count alone.
      if ((weight === 0) !== (next === 0) || (weight === 1) !== (next === 1)) borders.add(x + i);
    });
  }
  const isAtBorder = (x: number) => {
    for (let off = -REACH; off <= REACH; off++) if (borders.has(x + off)) return true;
    return false;
  };
  const sums = { border: 0, borders: 0, inside: 0, insides: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const at = y * width + x;
      if (isDamaged(at, width) + isDamaged(at + 1, width) < 2) continue;
      const step = Math.abs(data[at + 1]! - data[at]!);
      if (isAtBorder(x)) {
        sums.border += step;
        sums.borders++;
      } else {
        sums.inside += step;
        sums.insides++;
      }
    }
  }
  return sums.border / sums.borders / (sums.inside / sums.insides);
}
