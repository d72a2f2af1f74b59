import { LIGHTNESS_MAX } from '../photograph.ts';
/**
 * CIELAB under D65 for sRGB (IEC 61966-2-1). The white point is the matrix's own row sums, so that
 * R = G = B gives a = b = 0 exactly. L* is 0–100; a and b reach about −86…98 and −108…94 in gamut.
 */
const XYZ_OF_RGB = [
    0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.0721749, 0.0193339, 0.119192, 0.9503041,
];
const [XR, XG, XB, YR, YG, YB, ZR, ZG, ZB] = XYZ_OF_RGB;
const WHITE_X = XR + XG + XB;
const WHITE_Z = ZR + ZG + ZB;
/** The inverse of the matrix above with the white point multiplied in: relative XYZ to linear RGB. */
export const RGB_OF_RELATIVE_XYZ = invertScaled();
/** CIE's δ = 6/29: below it the cube root is replaced by a line. */
export const LAB_DELTA = 6 / 29;
/** Linear light 0–1 of an sRGB level 0–1. */
export function linearOfSrgb(level) {
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
}
/** sRGB level 0–1 of linear light 0–1. */
export function srgbOfLinear(light) {
    return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
/** CIELAB's f: the cube root with a linear foot. */
export function labF(relative) {
    return relative > LAB_DELTA ** 3 ? Math.cbrt(relative) : relative / (3 * LAB_DELTA ** 2) + 4 / 29;
}
/** The inverse of {@link labF}. */
export function labFInverse(f) {
    return f > LAB_DELTA ? f * f * f : 3 * LAB_DELTA ** 2 * (f - 4 / 29);
}
const linearOf8 = Float64Array.from({ length: 256 }, (_, level) => linearOfSrgb(level / 255));
/** Lightness (0–65535 for L* 0–100) of each gray sRGB level 0–255. */
export const lightnessOfGray8 = Uint16Array.from(linearOf8, lightnessOfLuminance);
/** Lightness (0–65535) of an 8-bit sRGB colour. */
export function lightnessOfRgb8(r, g, b) {
    return lightnessOfLuminance(YR * linearOf8[r] + YG * linearOf8[g] + YB * linearOf8[b]);
}
/** Lightness (0–65535) of relative luminance 0–1. */
export function lightnessOfLuminance(luminance) {
    return Math.round(((116 * labF(luminance) - 16) / 100) * LIGHTNESS_MAX);
}
/** Lab a and b of an 8-bit sRGB colour. */
export function abOfRgb8(r, g, b) {
    const [red, green, blue] = [linearOf8[r], linearOf8[g], linearOf8[b]];
    const fx = labF((XR * red + XG * green + XB * blue) / WHITE_X);
    const fy = labF(YR * red + YG * green + YB * blue);
    const fz = labF((ZR * red + ZG * green + ZB * blue) / WHITE_Z);
    return [500 * (fx - fy), 200 * (fy - fz)];
}
/** The gray sRGB level, 0–1, of a lightness L* 0–100. */
export function grayOfLightness(lightness) {
    return srgbOfLinear(labFInverse((lightness + 16) / 116));
}
function invertScaled() {
    const [a, b, c] = [XR / WHITE_X, XG / WHITE_X, XB / WHITE_X];
    const [d, e, f] = [YR, YG, YB];
    const [g, h, i] = [ZR / WHITE_Z, ZG / WHITE_Z, ZB / WHITE_Z];
    const cofactors = [
        [e * i - f * h, c * h - b * i, b * f - c * e],
        [f * g - d * i, a * i - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ];
    const determinant = a * cofactors[0][0] + b * cofactors[1][0] + c * cofactors[2][0];
    return cofactors.flat().map((cofactor) => cofactor / determinant);
}
