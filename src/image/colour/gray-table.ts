import { LIGHTNESS_MAX } from '../photograph.ts';
import { grayOfLightness } from './lab.ts';

let table: Float32Array | null = null;

/** sRGB gray 0–1 of every 16-bit lightness: made once, it saves a power for each pixel. */
export function grayTable(): Float32Array {
  table ??= Float32Array.from({ length: LIGHTNESS_MAX + 1 }, (_, level) =>
    grayOfLightness((level * 100) / LIGHTNESS_MAX),
  );
  return table;
}
