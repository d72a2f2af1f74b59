import type { DamageMap } from '../../image/mask/damage-map.ts';
import type { LightnessPlane } from '../../image/photograph.ts';
import { shrinkLightness } from '../../image/resize.ts';
import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { grayOf } from './gray.ts';
import type { HeldNetwork } from './tile-network.ts';
import { layTiles, type Tile, type TileGrid } from './tiles.ts';

/** Longer side of what the detector sees: larger scans show it grain, and damage too large for it. */
const LONGEST = 2048;

/** What the detector looks at of a photograph: itself, or a smaller copy of a large scan. */
export function searchedPlane(plane: LightnessPlane): LightnessPlane {
  const scale = Math.min(1, LONGEST / Math.max(plane.width, plane.height));
  if (scale === 1) return plane;
  const width = Math.max(1, Math.round(plane.width * scale));
  const height = Math.max(1, Math.round(plane.height * scale));
  const whole = { x: 0, y: 0, width: plane.width, height: plane.height };
  return { width, height, data: shrinkLightness(plane, whole, width, height) };
}

/**
 * How likely each part of a photograph is damaged, tile by tile; neighbours fade into each other.
 * @param plane of {@link searchedPlane}.
 * @param open gives the detector; it is released in the end.
 * @param onTile told before each tile, from 0.
 * @throws {AppError} `job/aborted`, `output/implausible`; whatever the detector throws.
 */
export async function findDamage(
  plane: LightnessPlane,
  open: (grid: TileGrid) => Promise<HeldNetwork>,
  { side, multiple }: { side: number; multiple: number },
  onTile: (tile: number, tiles: number) => unknown,
  signal: AbortSignal,
): Promise<DamageMap> {
  const { width, height } = plane;
  const grid = layTiles(plane, side, multiple);
  const sum = new Float32Array(width * height);
  const total = new Float32Array(width * height);
  const gray = new Float32Array(grid.width * grid.height);
  const detector = await open(grid);
  try {
    for (const [index, tile] of grid.tiles.entries()) {
      await onTile(index, grid.tiles.length);
      throwIfAborted(signal);
      cut(gray, plane, tile, grid);
      const logits = await detector.value.run(gray, 0);
      if (!logits.every(Number.isFinite)) throw noNumbers();
      tile.rowWeights.forEach((down, row) => {
        const to = (tile.y + row) * width + tile.x;
        tile.columnWeights.forEach((across, column) => {
          sum[to + column]! +=
            (down * across) / (1 + Math.exp(-logits[row * grid.width + column]!));
          total[to + column]! += down * across;
        });
      });
    }
  } finally {
    detector.release();
  }
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((255 * sum[i]!) / total[i]!);
  return { width, height, data };
}

/** Fills a tile's gray. Beyond a picture that is smaller than a tile its border is repeated. */
function cut(gray: Float32Array, plane: LightnessPlane, tile: Tile, grid: TileGrid): void {
  for (let row = 0, at = 0; row < grid.height; row++) {
    const from = (tile.y + Math.min(row, tile.height - 1)) * plane.width + tile.x;
    for (let x = 0; x < grid.width; x++) {
      gray[at++] = grayOf(plane.data[from + Math.min(x, tile.width - 1)]!);
    }
  }
}

function noNumbers(): AppError {
  return new AppError('output/implausible', 'The search for damage gave no numbers.', {
    detail: { problem: 'not-a-number' },
  });
}
