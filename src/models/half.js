const floatView = new Float32Array(1);
const bitView = new Uint32Array(floatView.buffer);
/** IEEE 754 binary16 bits as a number. (Float16Array is not in every browser that runs wasm.) */
export function floatOfHalf(half) {
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 0)
        return sign * fraction * 2 ** -24;
    if (exponent === 31)
        return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
/** The binary16 bits nearest to a number, ties to even. */
export function halfOfFloat(value) {
    floatView[0] = value;
    const bits = bitView[0];
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        return sign | 0x7e00;
    if (magnitude >= 0x477ff000)
        return sign | 0x7c00;
    if (magnitude < 0x38800000) {
        const steps = Math.abs(floatView[0]) * 2 ** 24;
        const floor = Math.floor(steps);
        const rest = steps - floor;
        const isUp = rest > 0.5 || (rest === 0.5 && (floor & 1) === 1);
        return sign | (floor + (isUp ? 1 : 0));
    }
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
}
