import { AppError } from '../shared/errors.ts';
/** Exponent of infinities and NaN in binary16. */
const HALF_EXPONENT = 0x7c00;
/**
 * Checks that every weight and every scale is a number.
 * @param stream the shards, joined.
 * @throws {AppError} `model/corrupt` naming the weights.
 */
export function assertFinite(table, stream) {
    for (const tensor of table) {
        const isFinite = tensor.encoding === 'fp16' ? areHalves(tensor, stream) : areScales(tensor, stream);
        if (isFinite)
            continue;
        throw new AppError('model/corrupt', `The model is damaged: its weights ${tensor.name} are not all numbers.`);
    }
}
function areHalves({ offset, byteLength }, stream) {
    for (const half of new Uint16Array(stream.slice(offset, offset + byteLength).buffer)) {
        if ((half & HALF_EXPONENT) === HALF_EXPONENT)
            return false;
    }
    return true;
}
function areScales(tensor, stream) {
    const from = tensor.scaleOffset ?? 0;
    const channels = tensor.shape[tensor.axis ?? 0];
    return new Float32Array(stream.slice(from, from + 4 * channels).buffer).every(Number.isFinite);
}
