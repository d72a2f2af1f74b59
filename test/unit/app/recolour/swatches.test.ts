import { converter, displayable } from 'culori';
import { expect, test } from 'vitest';
import { abOf, cssOf, hueAndChroma, swatchesAt } from '../../../../src/app/recolour/swatches.ts';
import { largestChroma } from '../../../../src/image/colour/gamut.ts';

const rgbOf = converter('rgb');
const LIGHTNESSES = [0, 3, 15, 30, 50, 62, 77, 90, 99, 100];

test.each(LIGHTNESSES)('at L* %d there are colours to choose, and sRGB has each of them', (l) => {
  const swatches = swatchesAt(l);
  expect(swatches.length).toBeGreaterThanOrEqual(l < 5 || l > 97 ? 1 : 4);
  expect(new Set(swatches.map(({ name }) => name)).size).toBe(swatches.length);
  for (const { name, a, b } of swatches) {
    const { r, g, b: blue } = rgbOf({ mode: 'lab65', l, a, b });
    for (const channel of [r, g, blue]) {
      expect(channel, name).toBeGreaterThan(-2e-3);
      expect(channel, name).toBeLessThan(1 + 2e-3);
    }
  }
});

test('the largest chroma is the border of sRGB', () => {
  for (const l of [20, 50, 80]) {
    for (let hue = 0; hue < 360; hue += 30) {
      const most = largestChroma(l, hue);
      const at = (chroma: number) => displayable({ mode: 'lab65', l, ...abOf(hue, chroma) });
      expect(at(most - 0.5), `${l} ${hue}`).toBe(true);
      expect(at(most + 0.5), `${l} ${hue}`).toBe(false);
    }
  }
});

test('hue and chroma lead back to a and b', () => {
  for (const hue of [0, 37, 180, 359]) {
    const found = hueAndChroma(abOf(hue, 30));
    expect(found.hue).toBeCloseTo(hue, 6);
    expect(found.chroma).toBeCloseTo(30, 6);
  }
});

test('a colour for style sheets is the one that pictures get', () => {
  const { r, g, b } = rgbOf({ mode: 'lab65', l: 60, ...abOf(255, 26) });
  const levels = [r, g, b].map((channel) => Math.round(channel * 255));
  expect(cssOf(60, abOf(255, 26))).toBe(`rgb(${levels.join(' ')})`);
});
