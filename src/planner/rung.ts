import type { PlannedCard } from './planned-card.ts';
import { needsHalf, type Variant } from '../models/variant.ts';
import { megabytes } from '../shared/megabytes.ts';
import { footprintAt } from './footprint.ts';
import { networkSize, SIDE_MULTIPLE, type NetworkSize } from './network-size.ts';
import type { Profile } from './profile.ts';

/**
 * Variants on a GPU, best first; the one table to change after a measurement. `int8` gives the numbers of
 * fp32, as fast, in far less memory. Half-precision activations take half of theirs again and differ by
 * some thousandths of ab. The variants whose weights are widened come last: they need more memory, and
 * serve where a driver is wrong about the others.
 */
const VARIANT_ORDER: readonly Variant[] = ['int8', 'int8-fp16', 'fp32', 'fp16'];

/** Pixels of output that a small GPU paints in one submission: the whole of 256². */
const SLOW_TILE_PIXELS = 256 * 256;
/** Fewest rows of a tile: below it, starting the work takes longer than the work. */
const LEAST_TILE_ROWS = 32;

/** One way to run a photograph, with what it takes. */
export type Rung = {
  backend: Profile['backend'];
  /** Id of the model's card. */
  model: string;
  variant: Variant;
  /** Side of the square whose area the network sees. */
  size: number;
  network: NetworkSize;
  /** Rows of the output made in one submission: a multiple of 4, the network's height for all at once. */
  tileRows: number;
  /** Bytes predicted from the card's measurements. */
  peakBytes: number;
  largestBufferBytes: number;
};

/** What a model takes on a machine at a size, painted in tiles where the GPU is slow. */
export function rungAt(
  profile: Profile,
  card: PlannedCard,
  photograph: { width: number; height: number },
  variant: Variant,
  size: number,
): Rung {
  const network = networkSize(photograph.width, photograph.height, size);
  const area = network.width * network.height;
  const { memory } = card;
  const measured = profile.backend === 'wasm' ? memory.wasm : (memory[variant] ?? memory.fp32);
  const { peakBytes, largestBufferBytes } = footprintAt(measured, area);
  const isTiled = profile.backend === 'webgpu' && profile.isSlow;
  return {
    backend: profile.backend,
    model: card.id,
    variant,
    size,
    network,
    tileRows: isTiled ? tileRowsFor(network) : network.height,
    peakBytes,
    largestBufferBytes,
  };
}

/** The rung with a quarter of its rows at a time, or null where its tiles are small already. */
export function withSmallerTiles(rung: Rung): Rung | null {
  const quarter = Math.floor(rung.tileRows / 4 / SIDE_MULTIPLE) * SIDE_MULTIPLE;
  const tileRows = Math.max(LEAST_TILE_ROWS, quarter);
  return tileRows < rung.tileRows ? { ...rung, tileRows } : null;
}

/** Why a machine has no room for a rung, or for what else takes so much, in words; null where it fits. */
export function refusal(
  profile: Profile,
  { peakBytes, largestBufferBytes }: Pick<Rung, 'peakBytes' | 'largestBufferBytes'>,
): string | null {
  if (largestBufferBytes > profile.largestBufferBytes) {
    return `its largest buffer, ${megabytes(largestBufferBytes)}, is over the limit of ${megabytes(profile.largestBufferBytes)}`;
  }
  if (peakBytes > profile.budgetBytes) {
    return `its peak, ${megabytes(peakBytes)}, is over the budget of ${megabytes(profile.budgetBytes)}`;
  }
  return null;
}

/**
 * Variants to weigh, best first: those that the model has and the machine computes.
 * @param wished only this one, where the model has it. wasm computes in fp32 whatever is wished.
 */
export function variantsInOrder(
  profile: Profile,
  { memory }: PlannedCard,
  wished?: Variant,
): readonly Variant[] {
  if (profile.backend === 'wasm') return ['fp32'];
  if (wished && memory[wished]) return [wished];
  return VARIANT_ORDER.filter((variant) => memory[variant] && computes(profile, variant));
}

function computes(profile: Profile, variant: Variant): boolean {
  if (!needsHalf(variant)) return true;
  return profile.isHalfProven && profile.features.includes('shader-f16');
}

function tileRowsFor({ width, height }: NetworkSize): number {
  const rows = Math.floor(SLOW_TILE_PIXELS / width / SIDE_MULTIPLE) * SIDE_MULTIPLE;
  return Math.min(height, Math.max(LEAST_TILE_ROWS, rows));
}
