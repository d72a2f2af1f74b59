import { describe, expect, test } from 'vitest';
import { abOfRgb8, lightnessOfGray8, lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { PLAIN_LOOK } from '../../../src/image/colour/look.ts';
import { colourRows } from '../../../src/image/guided/colour-rows.ts';
import { fitGuidedField } from '../../../src/image/guided/guided-field.ts';
import { mapToGrid } from '../../../src/image/guided/mapping.ts';
import { drawnChroma, drawnLightness } from '../../support/drawn-chroma.ts';

const whole = (width: number, height: number) => ({ x: 0, y: 0, width, height });
const L_OF_16 = 100 / 65535;
/** The size of a photograph does not matter to a field of one cell. */
const ONE_PIXEL = { width: 1, height: 1 };

function flatChroma(a: number, b: number) {
  return { width: 1, height: 1, ab: Float32Array.of(a, b), guide: Float32Array.of(50) };
}

test('without colours every gray level is kept', () => {
  const rows = { width: 256, height: 1, lightness: lightnessOfGray8 };
  const mapping = mapToGrid({ width: 1, height: 1 }, whole(256, 1), whole(256, 1), 256, 1);
  const rgba = colourRows(fitGuidedField(flatChroma(0, 0), ONE_PIXEL), rows, mapping, PLAIN_LOOK);
  for (let level = 0; level < 256; level++) {
    expect([...rgba.subarray(4 * level, 4 * level + 4)]).toEqual([level, level, level, 255]);
  }
});

test('a colour’s own lightness and ab give the colour back', () => {
  for (const [r, g, b] of [
    [200, 120, 40],
    [12, 90, 200],
    [255, 255, 0],
    [90, 10, 60],
  ] as const) {
    const [a, labB] = abOfRgb8(r, g, b);
    const rows = { width: 1, height: 1, lightness: Uint16Array.of(lightnessOfRgb8(r, g, b)) };
    const mapping = { scaleX: 1, offsetX: 0, scaleY: 1, offsetY: 0 };
    const rgba = colourRows(
      fitGuidedField(flatChroma(a, labB), ONE_PIXEL),
      rows,
      mapping,
      PLAIN_LOOK,
    );
    for (const [i, level] of [r, g, b].entries()) {
      expect(Math.abs(rgba[i]! - level)).toBeLessThanOrEqual(1);
    }
  }
});

describe('lightness', () => {
  // Rounding each channel by half a level can move L* by what half a gray level does, and at the
  // dark end, where sRGB is steep in L*, by a little over.
  const HALF_LEVEL = 0.27;

  test.each([
    ['plain', PLAIN_LOOK],
    ['far out of gamut', { strength: 1.5, saturation: 2 }],
  ])('is kept within 8-bit rounding, %s', (_, look) => {
    const chroma = drawnChroma(60, 40);
    const rows = drawnLightness(300, 200);
    const mapping = mapToGrid(chroma, whole(300, 200), whole(300, 200), 300, 200);
    const rgba = colourRows(fitGuidedField(chroma, rows), rows, mapping, look);
    for (let i = 0; i < rows.lightness.length; i++) {
      const [r, g, b] = rgba.subarray(4 * i, 4 * i + 3);
      const difference = lightnessOfRgb8(r!, g!, b!) - rows.lightness[i]!;
      expect(Math.abs(difference) * L_OF_16).toBeLessThan(HALF_LEVEL);
    }
  });

  test('is kept for every gray level at the loudest colours', () => {
    for (const [a, b] of [
      [120, 0],
      [-120, 0],
      [0, 120],
      [0, -120],
      [90, -90],
    ] as const) {
      const rows = { width: 256, height: 1, lightness: lightnessOfGray8 };
      const mapping = { scaleX: 0, offsetX: 0, scaleY: 0, offsetY: 0 };
      const rgba = colourRows(
        fitGuidedField(flatChroma(a, b), ONE_PIXEL),
        rows,
        mapping,
        PLAIN_LOOK,
      );
      for (let level = 0; level < 256; level++) {
        const [r, g, bl] = rgba.subarray(4 * level, 4 * level + 3);
        const difference = lightnessOfRgb8(r!, g!, bl!) - lightnessOfGray8[level]!;
        expect(Math.abs(difference) * L_OF_16).toBeLessThan(HALF_LEVEL);
      }
    }
  });
});

test('hue is kept where chroma is reduced', () => {
  const rows = { width: 1, height: 1, lightness: Uint16Array.of(0.9 * 65535) };
  const mapping = { scaleX: 1, offsetX: 0, scaleY: 1, offsetY: 0 };
  const rgba = colourRows(
    fitGuidedField(flatChroma(80, -60), ONE_PIXEL),
    rows,
    mapping,
    PLAIN_LOOK,
  );
  const [a, b] = abOfRgb8(rgba[0]!, rgba[1]!, rgba[2]!);
  expect(Math.hypot(a, b)).toBeLessThan(60);
  expect(Math.atan2(b, a)).toBeCloseTo(Math.atan2(-60, 80), 1);
});

test('stripes and regions are parts of the whole, bit for bit', () => {
  const chroma = drawnChroma(31, 23);
  const [width, height] = [97, 61];
  const rows = drawnLightness(width, height);
  const field = fitGuidedField(chroma, rows);
  const all = colourRows(
    field,
    rows,
    mapToGrid(chroma, rows, whole(width, height), width, height),
    PLAIN_LOOK,
  );
  for (const [y, count] of [
    [0, 7],
    [7, 30],
    [37, 24],
  ] as const) {
    const lightness = rows.lightness.subarray(y * width, (y + count) * width);
    const mapping = mapToGrid(chroma, rows, { x: 0, y, width, height: count }, width, count);
    const part = colourRows(field, { width, height: count, lightness }, mapping, PLAIN_LOOK);
    expect(part).toEqual(all.slice(4 * y * width, 4 * (y + count) * width));
  }
});

test('strength and saturation scale chroma; saturation over 1 lifts muted colours more', () => {
  const chromaOf = (chroma: number, look: { strength: number; saturation: number }) => {
    const rows = { width: 1, height: 1, lightness: Uint16Array.of(0.6 * 65535) };
    const mapping = { scaleX: 1, offsetX: 0, scaleY: 1, offsetY: 0 };
    const rgba = colourRows(fitGuidedField(flatChroma(chroma, 0), ONE_PIXEL), rows, mapping, look);
    return Math.hypot(...abOfRgb8(rgba[0]!, rgba[1]!, rgba[2]!));
  };
  expect(chromaOf(20, { strength: 0, saturation: 2 })).toBeLessThan(0.5);
  expect(chromaOf(20, { strength: 0.5, saturation: 1 })).toBeCloseTo(10, 0);
  expect(chromaOf(20, { strength: 1, saturation: 0.5 })).toBeCloseTo(10, 0);
  const muted = chromaOf(10, { strength: 1, saturation: 1.5 }) / 10;
  const strong = chromaOf(50, { strength: 1, saturation: 1.5 }) / 50;
  expect(muted).toBeGreaterThan(1.4);
  expect(strong).toBeLessThan(1.25);
});
