/** Lightness L* is kept as 16-bit integers: 0 is L* = 0, 65535 is L* = 100. */
export const LIGHTNESS_MAX = 65535;
