import type { NetworkInput } from '../colorize/network-input.ts';
import type { Denoise } from '../diffusion/denoiser.ts';
import { cellsOfPlanes, contentGrid } from './cells.ts';
import type { AbPlanes, ColourLock, RecolourRequest } from './request.ts';
import { lockedPart, spreadColours } from './spread-hints.ts';

/** Cells that are at least so sure of their colour are told the network. */
const SURE = 0.5;

/** What is known of a photograph's colours before anything is drawn, on the encoder's cells. */
export type KnownColours = {
  /** a and b by the chroma scale, and 1 where there is a colour, `[3, height, width]`: what the network is told. */
  hints: Float32Array<ArrayBuffer>;
  /** How far each cell is known, 0–1; null where nothing is. */
  weight: Float32Array<ArrayBuffer> | null;
  /** `[2, height, width]` by the chroma scale, of cells with a weight. */
  colours: Float32Array<ArrayBuffer>;
};

/** Hints and lock of a request as colours of cells; a lock goes before hints. */
export function knownColours(
  { hints, lock }: Pick<RecolourRequest, 'hints' | 'lock'>,
  { size }: NetworkInput,
  lightness: Float32Array,
  chromaScale: number,
): KnownColours {
  const [width, height] = [size.width / 4, size.height / 4];
  const cells = width * height;
  const told = new Float32Array(3 * cells);
  const colours = new Float32Array(2 * cells);
  if (hints.length === 0 && !lock) return { hints: told, weight: null, colours };
  const longer =
    Math.max(size.contentWidth, size.contentHeight) / Math.max(size.width, size.height);
  const placed = hints.map((hint) => ({
    ...hint,
    x: (hint.x * size.contentWidth) / size.width,
    y: (hint.y * size.contentHeight) / size.height,
    radius: hint.radius * longer,
  }));
  const guide = lightness.map((value) => 100 * value);
  const spread = spreadColours({ width, height, guide }, placed);
  const locked = lock && {
    part: cellsOfMask(lock, size),
    ab: cellsOfPlanes(lock.planes, size),
  };
  const weight = new Float32Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    const kept = locked?.part[cell] ?? 0;
    const hinted = (1 - kept) * spread.weight[cell]!;
    const sum = kept + hinted;
    weight[cell] = sum;
    if (sum === 0) continue;
    for (const plane of [0, cells]) {
      const at = plane + cell;
      const colour = (kept * (locked?.ab[at] ?? 0) + hinted * spread.ab[at]!) / sum / chromaScale;
      colours[at] = colour;
      if (sum >= SURE) told[at] = colour;
    }
    if (sum >= SURE) told[2 * cells + cell] = 1;
  }
  return { hints: told, weight, colours };
}

/**
 * A denoiser whose estimates have the known colours where these are known: the step after it then leads exactly to
 * those colours with the noise that is left, as in Lugmayr et al. 2022 (arXiv 2201.09865), and the rest is drawn
 * to go with them.
 * @param onEstimate gets each estimate before that.
 */
export function respecting(
  denoise: Denoise,
  { weight, colours }: KnownColours,
  onEstimate: (denoised: Float32Array) => void,
): Denoise {
  return async (latent, level, denoised, signal) => {
    await denoise(latent, level, denoised, signal);
    onEstimate(denoised);
    if (!weight) return;
    const cells = weight.length;
    for (let at = 0; at < denoised.length; at++) {
      const part = weight[at % cells]!;
      denoised[at] = part * colours[at % colours.length]! + (1 - part) * denoised[at]!;
    }
  };
}

/** Puts back what is locked, exactly where it is locked wholly and the grid is the same. */
export function withLocked({ width, height, ab }: AbPlanes, lock: ColourLock): AbPlanes {
  const part = lockedPart(lock, { width, height });
  const { planes } = lock;
  const isSame = planes.width === width && planes.height === height;
  const size = { width: 4 * width, height: 4 * height };
  const kept = isSame
    ? planes.ab
    : cellsOfPlanes(planes, { ...size, contentWidth: size.width, contentHeight: size.height });
  const cells = width * height;
  return {
    width,
    height,
    ab: ab.map((value, at) => {
      const share = part[at % cells]!;
      return share === 1 ? kept[at]! : share * kept[at]! + (1 - share) * value;
    }),
  };
}

function cellsOfMask(lock: ColourLock, size: NetworkInput['size']): Float32Array {
  const grid = contentGrid(size);
  const part = lockedPart(lock, grid);
  const twice = { ...grid, ab: new Float32Array(2 * part.length) };
  twice.ab.set(part);
  // Beyond the photograph nothing is locked that anybody sees; the border's is as good as any.
  return cellsOfPlanes(twice, size).subarray(0, (size.width * size.height) / 16);
}
