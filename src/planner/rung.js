import { needsHalf } from '../models/variant.ts';
import { megabytes } from '../shared/megabytes.ts';
import { footprintAt } from './footprint.ts';
import { networkSize, SIDE_MULTIPLE } from './network-size.ts';
/**
 * Variants on a GPU, best first; the one table to change after a measurement. `int8` gives the numbers of
 * fp32, as fast, in far less memory. Half-precision activations take half of theirs again and differ by
 * some thousandths of ab. The variants whose weights are widened come last: they need more memory, and
 * serve where a driver is wrong about the others.
 */
const VARIANT_ORDER = ['int8', 'int8-fp16', 'fp32', 'fp16'];
/** Pixels of output that a small GPU paints in one submission: the whole of 256². */
const SLOW_TILE_PIXELS = 256 * 256;
/** Fewest rows of a tile: below it, starting the work takes longer than the work. */
const LEAST_TILE_ROWS = 32;
/** What a model takes on a machine at a size, painted in tiles where the GPU is slow. */
export function rungAt(profile, card, photograph, variant, size) {
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
export function withSmallerTiles(rung) {
    const quarter = Math.floor(rung.tileRows / 4 / SIDE_MULTIPLE) * SIDE_MULTIPLE;
    const tileRows = Math.max(LEAST_TILE_ROWS, quarter);
    return tileRows < rung.tileRows ? { ...rung, tileRows } : null;
}
/** Why a machine has no room for a rung, in words; null where it fits. */
export function refusal(profile, { peakBytes, largestBufferBytes }) {
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
export function variantsInOrder(profile, { memory }, wished) {
    if (profile.backend === 'wasm')
        return ['fp32'];
    if (wished && memory[wished])
        return [wished];
    return VARIANT_ORDER.filter((variant) => memory[variant] && computes(profile, variant));
}
function computes(profile, variant) {
    if (!needsHalf(variant))
        return true;
    return profile.isHalfProven && profile.features.includes('shader-f16');
}
function tileRowsFor({ width, height }) {
    const rows = Math.floor(SLOW_TILE_PIXELS / width / SIDE_MULTIPLE) * SIDE_MULTIPLE;
    return Math.min(height, Math.max(LEAST_TILE_ROWS, rows));
}
