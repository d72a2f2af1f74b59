import {
  lightnessOfGray8,
  lightnessOfLuminance,
  lightnessOfRgb8,
  linearOfSrgb,
} from '../colour/lab.ts';

/** sRGB's luminance weights (IEC 61966-2-1), as in the matrix of lab.ts. */
const [YR, YG, YB] = [0.2126729, 0.7151522, 0.072175];

/** Largest difference of two channels that still passes for gray: JPEG's noise, in 8-bit levels. */
const GRAY_TOLERANCE = 6;

/** 16-bit alpha is kept in 8 bits; from here on it is 255. */
const OPAQUE_FROM_16 = 0xff00;

/** What one stripe of pixels held. */
export type StripeFacts = {
  /** Pixels whose channels differ by more than JPEG noise. */
  colouredPixels: number;
  /** True where R = G = B everywhere. */
  isGray: boolean;
  isOpaque: boolean;
};

/** Inverts R, G and B in place and leaves alpha. */
export function invertPixels(rgba: Uint8ClampedArray | Uint16Array): void {
  const max = rgba instanceof Uint16Array ? 65535 : 255;
  for (let i = 0; i < rgba.length; i += 4) {
    rgba[i] = max - rgba[i]!;
    rgba[i + 1] = max - rgba[i + 1]!;
    rgba[i + 2] = max - rgba[i + 2]!;
  }
}

/** Lightness (0–65535) of each RGBA pixel, into `lightness`. */
export function lightnessOfPixels8(rgba: Uint8ClampedArray, lightness: Uint16Array): StripeFacts {
  let colouredPixels = 0;
  let channelsSeen = 0;
  let alphaSeen = 255;
  const count = rgba.length >> 2;
  for (let pixel = 0, i = 0; pixel < count; pixel++, i += 4) {
    const r = rgba[i]!;
    const g = rgba[i + 1]!;
    const b = rgba[i + 2]!;
    alphaSeen &= rgba[i + 3]!;
    if (r === g && g === b) {
      lightness[pixel] = lightnessOfGray8[g]!;
    } else {
      lightness[pixel] = lightnessOfRgb8(r, g, b);
      channelsSeen = 1;
      if (Math.max(r, g, b) - Math.min(r, g, b) > GRAY_TOLERANCE) colouredPixels++;
    }
  }
  return { colouredPixels, isGray: channelsSeen === 0, isOpaque: alphaSeen === 255 };
}

/** {@link lightnessOfPixels8} for 16-bit channels; no level is lost. */
export function lightnessOfPixels16(rgba: Uint16Array, lightness: Uint16Array): StripeFacts {
  const { gray, linear } = (tables16 ??= makeTables16());
  let colouredPixels = 0;
  let isGray = true;
  let isOpaque = true;
  for (let pixel = 0, i = 0; i < rgba.length; pixel++, i += 4) {
    const r = rgba[i]!;
    const g = rgba[i + 1]!;
    const b = rgba[i + 2]!;
    if (rgba[i + 3]! < OPAQUE_FROM_16) isOpaque = false;
    if (r === g && g === b) {
      lightness[pixel] = gray[g]!;
    } else {
      const luminance = YR * linear[r]! + YG * linear[g]! + YB * linear[b]!;
      lightness[pixel] = lightnessOfLuminance(luminance);
      isGray = false;
      if (Math.max(r, g, b) - Math.min(r, g, b) > GRAY_TOLERANCE * 257) colouredPixels++;
    }
  }
  return { colouredPixels, isGray, isOpaque };
}

/** Made at the first 16-bit picture: 640 KB that few visits need. */
let tables16: { gray: Uint16Array; linear: Float64Array } | null = null;

function makeTables16(): { gray: Uint16Array; linear: Float64Array } {
  const linear = Float64Array.from({ length: 65536 }, (_, level) => linearOfSrgb(level / 65535));
  return { linear, gray: Uint16Array.from(linear, lightnessOfLuminance) };
}
