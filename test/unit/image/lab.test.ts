import { converter } from 'culori';
import { expect, test } from 'vitest';
import {
  abOfRgb8,
  grayOfLightness,
  lightnessOfGray8,
  lightnessOfRgb8,
} from '../../../src/image/colour/lab.ts';

const toLab65 = converter('lab65');

/** A lattice through the sRGB cube, its corners included. */
function* colours(): Generator<[number, number, number]> {
  const steps = [0, 1, 7, 40, 51, 102, 153, 204, 254, 255];
  for (const r of steps) for (const g of steps) for (const b of steps) yield [r, g, b];
}

test('Lab agrees with culori’s lab65', () => {
  for (const [r, g, b] of colours()) {
    const expected = toLab65({ mode: 'rgb', r: r / 255, g: g / 255, b: b / 255 });
    const [a, labB] = abOfRgb8(r, g, b);
    expect(Math.abs((lightnessOfRgb8(r, g, b) * 100) / 65535 - expected.l)).toBeLessThan(0.02);
    // culori's white point differs from ours in the fifth digit; ours makes gray exactly neutral.
    expect(Math.hypot(a - expected.a, labB - expected.b)).toBeLessThan(0.05);
  }
});

test('gray has no chroma, and its level comes back from its lightness', () => {
  for (let level = 0; level < 256; level++) {
    const [a, b] = abOfRgb8(level, level, level);
    expect(Math.hypot(a, b)).toBeLessThan(1e-9);
    const lightness = (lightnessOfGray8[level]! * 100) / 65535;
    expect(Math.round(grayOfLightness(lightness) * 255)).toBe(level);
    expect(lightnessOfRgb8(level, level, level)).toBe(lightnessOfGray8[level]);
  }
});
