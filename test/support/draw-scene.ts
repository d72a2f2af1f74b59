import { lightnessOfRgb8, grayOfLightness } from '../../src/image/colour/lab.ts';
import { LIGHTNESS_MAX } from '../../src/image/photograph.ts';

type Rgb = readonly [r: number, g: number, b: number];

/** The scene's flat colours, before shading and texture. */
export const SCENE_COLOURS = {
  skyTop: [86, 138, 204],
  skyLow: [190, 214, 236],
  sun: [252, 224, 128],
  hill: [88, 118, 84],
  grass: [96, 140, 58],
  brick: [158, 76, 58],
  mortar: [196, 186, 172],
  roof: [92, 60, 54],
  door: [44, 74, 112],
  skin: [222, 172, 142],
  hair: [74, 50, 34],
  coat: [150, 40, 52],
} as const satisfies Record<string, Rgb>;

/**
 * A drawn scene with the colours of things that photographs show: sky, sun, hills, grass, a brick
 * house, a person. RGBA, opaque, `width` × `height`; the same at every call.
 */
export function drawScene(width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const aspect = width / height;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const grain = (noise(x, y) - 0.5) * 10;
      const [r, g, b] = colourAt(u, v, aspect);
      rgba[i] = r + grain;
      rgba[i + 1] = g + grain;
      rgba[i + 2] = b + grain;
      rgba[i + 3] = 255;
    }
  }
  return rgba;
}

/** A region of a picture, as shares of its width and height. */
type Part = { x: number; y: number; width: number; height: number };

/**
 * A part of the scene at any size, as a tile of a pyramid of any height shows it: no grain but that of the
 * finest of 20,000 columns, so that tiles fit to each other. RGBA, opaque, `width` × `height`.
 */
export function drawScenePart(
  part: Part,
  width: number,
  height: number,
  aspect: number,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const u = part.x + ((x + 0.5) / width) * part.width;
      const v = part.y + ((y + 0.5) / height) * part.height;
      const grain = (noise(Math.floor(u * 20_000), Math.floor(v * 15_000)) - 0.5) * 10;
      const [r, g, b] = colourAt(u, v, aspect);
      rgba[i] = r + grain;
      rgba[i + 1] = g + grain;
      rgba[i + 2] = b + grain;
      rgba[i + 3] = 255;
    }
  }
  return rgba;
}

/** The same pixels in gray of the same lightness, as a black-and-white film might have them. */
export function grayOf(rgba: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const gray = new Uint8ClampedArray(rgba);
  for (let i = 0; i < gray.length; i += 4) {
    const lightness = lightnessOfRgb8(gray[i]!, gray[i + 1]!, gray[i + 2]!) / LIGHTNESS_MAX;
    gray.fill(Math.round(255 * grayOfLightness(100 * lightness)), i, i + 3);
  }
  return gray;
}

/** Nearest things first; u and v run from 0 to 1 over the picture. */
function colourAt(u: number, v: number, aspect: number): Rgb {
  return (
    personAt((u - 0.24) * aspect, v) ??
    houseAt(u, v) ??
    (v > 0.68
      ? shaded(SCENE_COLOURS.grass, 0.8 + 0.5 * (v - 0.68) + 0.06 * wave(u * 90, v * 60))
      : null) ??
    (v > 0.56 + 0.05 * Math.sin(u * 7) ? SCENE_COLOURS.hill : null) ??
    skyAt(u, v, aspect)
  );
}

function skyAt(u: number, v: number, aspect: number): Rgb {
  if (Math.hypot((u - 0.82) * aspect, v - 0.16) < 0.07) return SCENE_COLOURS.sun;
  return mixed(SCENE_COLOURS.skyTop, SCENE_COLOURS.skyLow, Math.min(1, v / 0.6));
}

function houseAt(u: number, v: number): Rgb | null {
  const isRoof = v > 0.3 && v < 0.42 && Math.abs(u - 0.66) < 0.12 + (v - 0.3) * 1.1;
  if (isRoof) return shaded(SCENE_COLOURS.roof, 0.9 + 0.2 * wave(u * 120, 0));
  if (u < 0.46 || u > 0.86 || v < 0.42 || v > 0.78) return null;
  if (u > 0.62 && u < 0.7 && v > 0.58) return SCENE_COLOURS.door;
  const course = Math.floor(v * 60);
  const along = u * 48 + (course % 2) * 0.5;
  const isMortar = v * 60 - course < 0.16 || along - Math.floor(along) < 0.1;
  return isMortar
    ? SCENE_COLOURS.mortar
    : shaded(SCENE_COLOURS.brick, 0.85 + 0.3 * noise(Math.floor(along), course));
}

/** x is measured from the person's middle, in heights of the picture. */
function personAt(x: number, v: number): Rgb | null {
  const face = Math.hypot(x / 0.085, (v - 0.46) / 0.11);
  if (face < 1) {
    const isEye = Math.hypot(Math.abs(x) - 0.032, v - 0.445) < 0.01;
    const isMouth = Math.abs(v - 0.51) < 0.006 && Math.abs(x) < 0.03;
    if (isEye) return SCENE_COLOURS.hair;
    if (isMouth) return shaded(SCENE_COLOURS.coat, 1.1);
    return shaded(SCENE_COLOURS.skin, 1.05 - 0.25 * face * face - x);
  }
  if (Math.hypot(x / 0.1, (v - 0.43) / 0.125) < 1 && v < 0.47) return SCENE_COLOURS.hair;
  const isCoat = v > 0.56 && Math.abs(x) < 0.09 + (v - 0.56) * 0.35;
  return isCoat ? shaded(SCENE_COLOURS.coat, 1 - 1.5 * Math.abs(x)) : null;
}

function shaded([r, g, b]: Rgb, light: number): Rgb {
  return [r * light, g * light, b * light];
}

function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const [r, g, b] = from.map((value, i) => value + (to[i]! - value) * share);
  return [r!, g!, b!];
}

function wave(x: number, y: number): number {
  return Math.sin(x + 2 * Math.sin(y)) * Math.cos(y * 1.7 + x * 0.3);
}

/** 0–1, the same for the same whole numbers. */
function noise(x: number, y: number): number {
  let hash = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263);
  hash = Math.imul(hash ^ (hash >>> 13), 1_274_126_177);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
