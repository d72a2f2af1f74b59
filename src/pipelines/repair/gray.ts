import { grayTable } from '../../image/colour/gray-table.ts';
import { linearOfSrgb, lightnessOfLuminance } from '../../image/colour/lab.ts';

/** Gray as the networks have it, −1…1, of a 16-bit lightness. */
export function grayOf(lightness: number): number {
  return 2 * grayTable()[lightness]! - 1;
}

/** The reverse, rounded; what lies beyond black and white is these. */
export function lightnessOf(gray: number): number {
  const level = (Math.min(1, Math.max(-1, gray)) + 1) / 2;
  return lightnessOfLuminance(linearOfSrgb(level));
}
