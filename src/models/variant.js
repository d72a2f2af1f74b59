/**
 * How weights and activations are held on a GPU. `fp32` and `fp16`: both in that precision. `int8`: weights
 * stay the int8 of the download, activations are fp32; the same numbers as fp32, whose weights are made from
 * the same int8. `int8-fp16`: int8 weights, fp16 activations. wasm runs `fp32`.
 */
export const VARIANTS = ['fp32', 'fp16', 'int8', 'int8-fp16'];
/** Whether a variant computes on half-precision activations: needs `shader-f16`, and a proof that it is right. */
export function needsHalf(variant) {
    return variant === 'fp16' || variant === 'int8-fp16';
}
/** Whether a variant keeps the download's int8 on the GPU. */
export function keepsInt8(variant) {
    return variant === 'int8' || variant === 'int8-fp16';
}
