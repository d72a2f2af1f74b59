import { writeSrgb8 } from '../colour/gamut.ts';
import { gainsOf, VIBRANCE_KNEE } from '../colour/look.ts';
import { LIGHTNESS_MAX } from '../photograph.ts';
/** L* in 0–65535 to CIELAB's f(Y) = (L* + 16) / 116. */
const F_SCALE = 100 / LIGHTNESS_MAX / 116;
const F_OFFSET = 16 / 116;
const L_SCALE = 100 / LIGHTNESS_MAX;
/**
 * Colours rows of lightness on the processor: the field interpolated at each pixel, the look
 * applied, chroma reduced where sRGB cannot hold it. The twin of `colour-rows.wgsl`.
 * @returns RGBA, opaque.
 */
export function colourRows(field, rows, mapping, look) {
    const { width, height, lightness } = rows;
    const out = new Uint8ClampedArray(width * height * 4);
    const fieldRow = new Float32Array(field.width * 4);
    const { cells, weights } = columnTaps(field.width, width, mapping);
    const { even, lift } = gainsOf(look);
    for (let y = 0; y < height; y++) {
        interpolateRow(field, y * mapping.scaleY + mapping.offsetY, fieldRow);
        for (let x = 0; x < width; x++) {
            const pixel = y * width + x;
            const light = lightness[pixel];
            const left = cells[2 * x];
            const right = cells[2 * x + 1];
            const w = weights[x];
            const L = light * L_SCALE;
            const a0 = fieldRow[left] * L + fieldRow[left + 1];
            const a1 = fieldRow[right] * L + fieldRow[right + 1];
            const b0 = fieldRow[left + 2] * L + fieldRow[left + 3];
            const b1 = fieldRow[right + 2] * L + fieldRow[right + 3];
            const a = a0 + (a1 - a0) * w;
            const b = b0 + (b1 - b0) * w;
            let gain = even;
            if (lift > 0)
                gain += lift / (1 + (a * a + b * b) / (VIBRANCE_KNEE * VIBRANCE_KNEE));
            writeSrgb8(light * F_SCALE + F_OFFSET, a * gain, b * gain, out, 4 * pixel);
            out[4 * pixel + 3] = 255;
        }
    }
    return out;
}
/** For each drawn column the two field columns beside it (as offsets of 4) and the right one's weight. */
function columnTaps(fieldWidth, width, mapping) {
    const cells = new Int32Array(2 * width);
    const weights = new Float32Array(width);
    for (let x = 0; x < width; x++) {
        const u = clamp(x * mapping.scaleX + mapping.offsetX, fieldWidth - 1);
        const left = Math.min(Math.floor(u), Math.max(fieldWidth - 2, 0));
        cells[2 * x] = 4 * left;
        cells[2 * x + 1] = 4 * Math.min(left + 1, fieldWidth - 1);
        weights[x] = u - left;
    }
    return { cells, weights };
}
function interpolateRow(field, v, out) {
    const y = clamp(v, field.height - 1);
    const top = Math.min(Math.floor(y), Math.max(field.height - 2, 0));
    const weight = y - top;
    const stride = field.width * 4;
    const above = top * stride;
    const below = Math.min(top + 1, field.height - 1) * stride;
    const { coefficients } = field;
    for (let i = 0; i < stride; i++) {
        const value = coefficients[above + i];
        out[i] = value + (coefficients[below + i] - value) * weight;
    }
}
function clamp(value, high) {
    return value < 0 ? 0 : value > high ? high : value;
}
