/** Base of the geometric series of wavelengths. */
const TEMPERATURE = 10000;
/**
 * One axis of the sine position code that DDColor adds to its pixel features (as in DETR, arXiv
 * 2005.12872, normalised): positions 1…length over `length`, times 2π, sines and cosines taking turns.
 * @returns `[length, channels]`, values in −1…1.
 */
export function sineTable(length, channels) {
    const table = new Float32Array(length * channels);
    for (let position = 0; position < length; position++) {
        const angle = ((position + 1) / (length + 1e-6)) * 2 * Math.PI;
        for (let channel = 0; channel < channels; channel += 2) {
            const phase = angle / TEMPERATURE ** (channel / channels);
            table[position * channels + channel] = Math.sin(phase);
            table[position * channels + channel + 1] = Math.cos(phase);
        }
    }
    return table;
}
