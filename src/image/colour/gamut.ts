import { LAB_DELTA, RGB_OF_RELATIVE_XYZ } from './lab.ts';

const [RX, RY, RZ, GX, GY, GZ, BX, BY, BZ] = RGB_OF_RELATIVE_XYZ as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const DELTA = LAB_DELTA;
const FOOT_SLOPE = 3 * DELTA * DELTA;
const FOOT_OFFSET = 4 / 29;

/** Linear light this far outside 0–1 still counts as inside: well under half an 8-bit level. */
export const GAMUT_TOLERANCE = 2e-5;
/** Halvings of the interval in which the largest chroma that fits is sought: to 1/1024 of it. */
export const GAMUT_STEPS = 10;

/** A chroma that no sRGB colour has: the most vivid, pure blue, has 134. */
const BEYOND_SRGB = 140;

/** sRGB level 0–255 of linear light 0–1 in steps of 1/65535. */
export const srgb8OfLinear16: Uint8Array = buildSrgbTable();

function cubeOf(f: number): number {
  return f > DELTA ? f * f * f : FOOT_SLOPE * (f - FOOT_OFFSET);
}

/**
 * Writes the 8-bit sRGB colour of a Lab colour at `out[at…at+2]`. A colour outside sRGB is brought in
 * by reducing its chroma at the same hue and lightness, never by clipping channels: L* of the result
 * is that asked for, within the rounding to 8 bits.
 * @param fy CIELAB's f of the luminance: (L* + 16) / 116.
 */
export function writeSrgb8(
  fy: number,
  a: number,
  b: number,
  out: Uint8ClampedArray,
  at: number,
): void {
  const y = cubeOf(fy);
  let da = a / 500;
  let db = b / 200;
  if (!fits(y, fy, da, db)) {
    let inside = 0;
    let outside = 1;
    for (let step = 0; step < GAMUT_STEPS; step++) {
      const middle = (inside + outside) / 2;
      if (fits(y, fy, da * middle, db * middle)) inside = middle;
      else outside = middle;
    }
    da *= inside;
    db *= inside;
  }
  const x = cubeOf(fy + da);
  const z = cubeOf(fy - db);
  out[at] = level(RX * x + RY * y + RZ * z);
  out[at + 1] = level(GX * x + GY * y + GZ * z);
  out[at + 2] = level(BX * x + BY * y + BZ * z);
}

/** The most chroma that sRGB shows at a lightness L* 0–100 and a hue in degrees, to the precision of {@link GAMUT_STEPS}. */
export function largestChroma(lightness: number, hue: number): number {
  const fy = (lightness + 16) / 116;
  const y = cubeOf(fy);
  const angle = (hue * Math.PI) / 180;
  let inside = 0;
  let outside = BEYOND_SRGB;
  for (let step = 0; step < GAMUT_STEPS; step++) {
    const middle = (inside + outside) / 2;
    const fitsThere = fits(
      y,
      fy,
      (middle * Math.cos(angle)) / 500,
      (middle * Math.sin(angle)) / 200,
    );
    if (fitsThere) inside = middle;
    else outside = middle;
  }
  return inside;
}

function fits(y: number, fy: number, da: number, db: number): boolean {
  const x = cubeOf(fy + da);
  const z = cubeOf(fy - db);
  return (
    isLight(RX * x + RY * y + RZ * z) &&
    isLight(GX * x + GY * y + GZ * z) &&
    isLight(BX * x + BY * y + BZ * z)
  );
}

function isLight(linear: number): boolean {
  return linear >= -GAMUT_TOLERANCE && linear <= 1 + GAMUT_TOLERANCE;
}

function level(linear: number): number {
  const clamped = linear < 0 ? 0 : linear > 1 ? 1 : linear;
  return srgb8OfLinear16[(clamped * 65535 + 0.5) | 0]!;
}

function buildSrgbTable(): Uint8Array {
  const table = new Uint8Array(65536);
  for (let i = 0; i < table.length; i++) {
    const light = i / 65535;
    const srgb = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
    table[i] = Math.round(srgb * 255);
  }
  return table;
}
