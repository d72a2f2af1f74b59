import { largestChroma, writeSrgb8 } from '../../image/colour/gamut.ts';

/** A colour to choose, as Lab a and b, with its name. */
export type Swatch = { name: SwatchName; a: number; b: number };

/** A kind of thing in photographs: its usual hue and chroma, and the lightness L* that it is found at. */
type Kind = { hue: number; chroma: number; darkest: number; lightest: number };

/**
 * What old photographs mostly show. Hues and chromas are those of memory colours and common materials, rounded:
 * they are suggestions, and any other colour can be mixed.
 */
const KINDS = {
  skin: { hue: 55, chroma: 24, darkest: 25, lightest: 90 },
  lips: { hue: 22, chroma: 38, darkest: 25, lightest: 70 },
  sky: { hue: 255, chroma: 26, darkest: 50, lightest: 95 },
  water: { hue: 225, chroma: 18, darkest: 15, lightest: 80 },
  grass: { hue: 118, chroma: 38, darkest: 20, lightest: 80 },
  leaves: { hue: 132, chroma: 26, darkest: 5, lightest: 60 },
  earth: { hue: 68, chroma: 24, darkest: 5, lightest: 70 },
  sand: { hue: 82, chroma: 20, darkest: 55, lightest: 97 },
  wood: { hue: 62, chroma: 32, darkest: 10, lightest: 70 },
  brick: { hue: 42, chroma: 38, darkest: 20, lightest: 60 },
  stone: { hue: 90, chroma: 6, darkest: 15, lightest: 95 },
  red: { hue: 36, chroma: 65, darkest: 15, lightest: 65 },
  yellow: { hue: 86, chroma: 62, darkest: 45, lightest: 95 },
  blue: { hue: 272, chroma: 40, darkest: 5, lightest: 65 },
  violet: { hue: 315, chroma: 30, darkest: 8, lightest: 80 },
  pink: { hue: 5, chroma: 26, darkest: 55, lightest: 92 },
  cream: { hue: 92, chroma: 14, darkest: 75, lightest: 100 },
  gray: { hue: 0, chroma: 0, darkest: 0, lightest: 100 },
} as const satisfies Record<string, Kind>;

/** The kinds that there are; the page has a word for each. */
export type SwatchName = keyof typeof KINDS;

/** Colours that things of a lightness L* 0–100 have, all of them colours that sRGB shows at it. */
export function swatchesAt(lightness: number): Swatch[] {
  return Object.entries(KINDS)
    .filter(([, { darkest, lightest }]) => lightness >= darkest && lightness <= lightest)
    .map(([name, { hue, chroma }]) => ({
      name: name as SwatchName,
      ...abOf(hue, Math.min(chroma, largestChroma(lightness, hue))),
    }));
}

/** Lab a and b of a hue in degrees and a chroma. */
export function abOf(hue: number, chroma: number): { a: number; b: number } {
  const angle = (hue * Math.PI) / 180;
  return { a: chroma * Math.cos(angle), b: chroma * Math.sin(angle) };
}

/** Hue in degrees, 0–360, and chroma of Lab a and b. */
export function hueAndChroma({ a, b }: { a: number; b: number }): { hue: number; chroma: number } {
  const hue = (Math.atan2(b, a) * 180) / Math.PI;
  return { hue: (hue + 360) % 360, chroma: Math.hypot(a, b) };
}

/** A Lab colour for style sheets; one that sRGB does not have loses chroma, as when pictures are drawn. */
export function cssOf(lightness: number, { a, b }: { a: number; b: number }): string {
  const rgb = new Uint8ClampedArray(3);
  writeSrgb8((lightness + 16) / 116, a, b, rgb, 0);
  return `rgb(${rgb.join(' ')})`;
}
