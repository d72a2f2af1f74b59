import { labF, lightnessOfGray8, lightnessOfLuminance, linearOfSrgb } from '../colour/lab.ts';
import { LIGHTNESS_MAX } from '../photograph.ts';
/** sRGB's luminance weights (IEC 61966-2-1), as in the matrix of lab.ts. */
const [YR, YG, YB] = [0.2126729, 0.7151522, 0.0721749];
/** Largest difference of two channels that still passes for gray: JPEG's noise, in 8-bit levels. */
const GRAY_TOLERANCE = 6;
/** 16-bit alpha is kept in 8 bits; from here on it is 255. */
const OPAQUE_FROM_16 = 0xff00;
/** Inverts R, G and B in place and leaves alpha. */
export function invertPixels(rgba) {
    const max = rgba instanceof Uint16Array ? 65535 : 255;
    for (let i = 0; i < rgba.length; i += 4) {
        rgba[i] = max - rgba[i];
        rgba[i + 1] = max - rgba[i + 1];
        rgba[i + 2] = max - rgba[i + 2];
    }
}
/**
 * Lightness (0–65535) of each RGBA pixel, into `lightness`: exact for gray, within 1 of
 * `lightnessOfRgb8` for colours.
 */
export function lightnessOfPixels8(rgba, lightness) {
    const count = rgba.length >> 2;
    // One read a pixel instead of four; every machine with a browser is little-endian.
    const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, count);
    const { red, green, blue, curve } = (tables8 ??= makeTables8());
    let colouredPixels = 0;
    const grays = lightnessOfGray8;
    let differences = 0;
    let alphaSeen = 255;
    for (let i = 0; i < count; i++) {
        const pixel = pixels[i];
        const r = pixel & 255;
        const g = (pixel >>> 8) & 255;
        const b = (pixel >>> 16) & 255;
        alphaSeen &= pixel >>> 24;
        if (r === g && g === b) {
            lightness[i] = grays[g];
            continue;
        }
        differences = 1;
        const position = red[r] + green[g] + blue[b];
        const step = position | 0;
        const below = curve[step];
        lightness[i] = below + (curve[step + 1] - below) * (position - step) + 0.5;
        if (Math.max(r, g, b) - Math.min(r, g, b) > GRAY_TOLERANCE)
            colouredPixels++;
    }
    return { colouredPixels, isGray: differences === 0, isOpaque: alphaSeen === 255 };
}
/**
 * Steps of luminance between which lightness is taken for straight: a cube root a pixel would cost
 * a 24-megapixel colour scan a second, and the curve bends by less than 0.03 of a unit a step.
 */
const CURVE_STEPS = 16_384;
let tables8 = null;
function makeTables8() {
    const share = (weight) => Float64Array.from({ length: 256 }, (_, level) => weight * linearOfSrgb(level / 255) * CURVE_STEPS);
    return {
        red: share(YR),
        green: share(YG),
        blue: share(YB),
        // One entry past the end, since white may land a rounding error over the last step.
        curve: Float64Array.from({ length: CURVE_STEPS + 2 }, (_, step) => ((116 * labF(step / CURVE_STEPS) - 16) / 100) * LIGHTNESS_MAX),
    };
}
/** {@link lightnessOfPixels8} for 16-bit channels; no level is lost. */
export function lightnessOfPixels16(rgba, lightness) {
    const { gray, linear } = (tables16 ??= makeTables16());
    let colouredPixels = 0;
    let isGray = true;
    let isOpaque = true;
    for (let pixel = 0, i = 0; i < rgba.length; pixel++, i += 4) {
        const r = rgba[i];
        const g = rgba[i + 1];
        const b = rgba[i + 2];
        if (rgba[i + 3] < OPAQUE_FROM_16)
            isOpaque = false;
        if (r === g && g === b) {
            lightness[pixel] = gray[g];
        }
        else {
            const luminance = YR * linear[r] + YG * linear[g] + YB * linear[b];
            lightness[pixel] = lightnessOfLuminance(luminance);
            isGray = false;
            if (Math.max(r, g, b) - Math.min(r, g, b) > GRAY_TOLERANCE * 257)
                colouredPixels++;
        }
    }
    return { colouredPixels, isGray, isOpaque };
}
/** Made at the first 16-bit picture: 640 KB that few visits need. */
let tables16 = null;
function makeTables16() {
    const linear = Float64Array.from({ length: 65536 }, (_, level) => linearOfSrgb(level / 65535));
    return { linear, gray: Uint16Array.from(linear, lightnessOfLuminance) };
}
