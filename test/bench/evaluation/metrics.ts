import { differenceCiede2000 } from 'culori';
import { abOfRgb8, grayOfLightness, lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { LIGHTNESS_MAX } from '../../../src/image/photograph.ts';

/** Pixels as canvases give them: RGBA, 0–255. */
export type Rgba = Uint8ClampedArray | Uint8Array;

/** CIELAB (D65) of pixels, plane by plane: L* 0–100, a and b in Lab units. */
export type LabPlanes = { l: Float32Array; a: Float32Array; b: Float32Array };

/** Peak signal-to-noise ratio over R, G and B, in dB; Infinity where nothing differs. */
export function psnr(one: Rgba, other: Rgba): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) {
    if (i % 4 !== 3) sum += (one[i]! - other[i]!) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (sum / (one.length * 0.75)));
}

/** Colourfulness of Hasler and Süsstrunk (2003): 0 is gray, about 40 an ordinary photograph. */
export function colourfulness(pixels: Rgba): number {
  const count = pixels.length / 4;
  const sums = { rg: 0, yb: 0, rgSquares: 0, ybSquares: 0 };
  for (let i = 0; i < pixels.length; i += 4) {
    const rg = pixels[i]! - pixels[i + 1]!;
    const yb = (pixels[i]! + pixels[i + 1]!) / 2 - pixels[i + 2]!;
    sums.rg += rg;
    sums.yb += yb;
    sums.rgSquares += rg * rg;
    sums.ybSquares += yb * yb;
  }
  const [rg, yb] = [sums.rg / count, sums.yb / count];
  const variance = (sums.rgSquares + sums.ybSquares) / count - rg * rg - yb * yb;
  return Math.sqrt(Math.max(0, variance)) + 0.3 * Math.hypot(rg, yb);
}

/** Lab of every pixel. */
export function labOf(pixels: Rgba): LabPlanes {
  const count = pixels.length / 4;
  const planes = {
    l: new Float32Array(count),
    a: new Float32Array(count),
    b: new Float32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const [red, green, blue] = [pixels[4 * i]!, pixels[4 * i + 1]!, pixels[4 * i + 2]!];
    planes.l[i] = (lightnessOfRgb8(red, green, blue) * 100) / LIGHTNESS_MAX;
    [planes.a[i], planes.b[i]] = abOfRgb8(red, green, blue);
  }
  return planes;
}

/** Mean |Δab|: the mean distance of two pictures' colours in the ab plane, in Lab units. */
export function meanAbDistance(one: LabPlanes, other: LabPlanes): number {
  let sum = 0;
  for (let i = 0; i < one.a.length; i++) {
    sum += Math.hypot(one.a[i]! - other.a[i]!, one.b[i]! - other.b[i]!);
  }
  return sum / one.a.length;
}

const ciede2000 = differenceCiede2000();

/** CIEDE2000 of each pixel (culori), lightness included. */
export function deltaE2000(one: LabPlanes, other: LabPlanes): Float32Array {
  const colourAt = ({ l, a, b }: LabPlanes, i: number) =>
    ({ mode: 'lab65', l: l[i]!, a: a[i]!, b: b[i]! }) as const;
  return Float32Array.from(one.l, (_, i) => ciede2000(colourAt(one, i), colourAt(other, i)));
}

/** Mean of the values, or of those that a mask of the same length marks. */
export function meanOf(values: ArrayLike<number>, mask?: ArrayLike<number | boolean>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (mask && !mask[i]) continue;
    sum += values[i]!;
    count++;
  }
  return sum / count;
}

/** Makes pixels gray in place, each of its own lightness (CIE L*), as a black-and-white scan has it. */
export function makeGray(pixels: Rgba): void {
  for (let i = 0; i < pixels.length; i += 4) {
    const lightness = lightnessOfRgb8(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!);
    pixels.fill(Math.round(255 * grayOfLightness((100 * lightness) / LIGHTNESS_MAX)), i, i + 3);
  }
}

/** Where a picture's chroma lies; shares are of the sum of chroma, and add up to 1. */
export type HueShares = {
  meanChroma: number;
  /** By the hue angle's quarter about 0° (+a), 90° (+b), 180° (−a) and 270° (−b). */
  red: number;
  yellow: number;
  green: number;
  blue: number;
};

/** What colours a picture has, where there is no original to compare it with: a cast shows as a share near 1. */
export function hueShares({ a, b }: LabPlanes): HueShares {
  const quarters = [0, 0, 0, 0] as [number, number, number, number];
  for (let i = 0; i < a.length; i++) {
    const turn = Math.atan2(b[i]!, a[i]!) / (2 * Math.PI);
    const quarter = Math.floor(4 * turn + 4.5) % 4;
    quarters[quarter]! += Math.hypot(a[i]!, b[i]!);
  }
  const total = quarters.reduce((sum, chroma) => sum + chroma, 0);
  const [red, yellow, green, blue] = quarters.map((chroma) => (total > 0 ? chroma / total : 0.25));
  return { meanChroma: total / a.length, red: red!, yellow: yellow!, green: green!, blue: blue! };
}
