import type { LightnessRows } from '../../src/image/guided/colour-rows.ts';
import { LIGHTNESS_MAX, type Chroma } from '../../src/image/photograph.ts';

/** L* 0–100 of a drawn scene at a point in 0–1: a bright sky over dark stripes, with hard edges. */
function lightnessAt(u: number, v: number): number {
  if (v < 0.4) return 92 - 30 * u;
  return Math.floor(u * 9) % 2 ? 12 + 20 * v : 55 + 30 * Math.sin(20 * v);
}

/** Colours that follow the same edges, strong enough to leave sRGB in places. */
export function drawnChroma(width: number, height: number): Chroma {
  const cells = width * height;
  const ab = new Float32Array(2 * cells);
  const guide = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    const u = ((i % width) + 0.5) / width;
    const v = (Math.floor(i / width) + 0.5) / height;
    guide[i] = lightnessAt(u, v);
    ab[i] = v < 0.4 ? -8 - 20 * u : 60 * Math.sin(7 * u);
    ab[cells + i] = v < 0.4 ? -35 : 70 * Math.cos(5 * v);
  }
  return { width, height, ab, guide };
}

/** The scene's lightness at another size. */
export function drawnLightness(width: number, height: number): LightnessRows {
  const lightness = Uint16Array.from({ length: width * height }, (_, i) => {
    const value = lightnessAt(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height);
    return Math.round((Math.min(Math.max(value, 0), 100) * LIGHTNESS_MAX) / 100);
  });
  return { width, height, lightness };
}
