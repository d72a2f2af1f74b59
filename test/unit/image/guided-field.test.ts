import { describe, expect, test } from 'vitest';
import {
  fitGuidedField,
  SHARPENING_LIMIT,
  spreadOf,
  type GuidedField,
} from '../../../src/image/guided/guided-field.ts';
import type { Chroma } from '../../../src/image/photograph.ts';
import { drawnChroma } from '../../support/drawn-chroma.ts';

/** The field's ab at a cell for a lightness. */
function abAt({ coefficients }: GuidedField, cell: number, lightness: number): [number, number] {
  const [slopeA, offsetA, slopeB, offsetB] = coefficients.subarray(4 * cell, 4 * cell + 4);
  return [slopeA! * lightness + offsetA!, slopeB! * lightness + offsetB!];
}

/** One row of cells of even lightness: a as given, b 0. */
function row(a: number[]): Chroma {
  const { length: width } = a;
  const ab = Float32Array.from({ length: 2 * width }, (_, i) => a[i] ?? 0);
  return { width, height: 1, ab, guide: new Float32Array(width).fill(50) };
}

/** Mean of what bilinear interpolation draws over each cell of a row, `times` pixels a cell. */
function drawnMeans(values: number[], times: number): number[] {
  return values.map((_, cell) => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const at = Math.min(Math.max(cell + (i + 0.5) / times - 0.5, 0), values.length - 1);
      const left = Math.min(Math.floor(at), values.length - 2);
      sum += values[left]! + (values[left + 1]! - values[left]!) * (at - left);
    }
    return sum / times;
  });
}

test('a photograph as large as the grid: where its lightness is the guide’s it keeps the network’s colour', () => {
  const chroma = drawnChroma(19, 13);
  const field = fitGuidedField(chroma, chroma);
  const cells = 19 * 13;
  for (let cell = 0; cell < cells; cell++) {
    const [a, b] = abAt(field, cell, chroma.guide[cell]!);
    expect(a).toBeCloseTo(chroma.ab[cell]!, 3);
    expect(b).toBeCloseTo(chroma.ab[cells + cell]!, 3);
  }
});

test('flat colour stays flat whatever the lightness', () => {
  const chroma = drawnChroma(9, 9);
  chroma.ab.fill(17);
  const field = fitGuidedField(chroma, { width: 90, height: 90 });
  for (const lightness of [0, 40, 100]) {
    expect(abAt(field, 40, lightness)[0]).toBeCloseTo(17, 4);
  }
});

test('across an edge of lightness, colour goes with the side that a pixel’s lightness is on', () => {
  const width = 8;
  const chroma: Chroma = {
    width,
    height: 8,
    ab: Float32Array.from({ length: 128 }, (_, i) => (i < 64 && i % width < 4 ? 60 : 0)),
    guide: Float32Array.from({ length: 64 }, (_, i) => (i % width < 4 ? 20 : 80)),
  };
  const besideTheEdge = 4 * width + 4;
  const field = fitGuidedField(chroma, chroma);
  const [dark] = abAt(field, besideTheEdge, 20);
  const [light] = abAt(field, besideTheEdge, 80);
  expect(light).toBeCloseTo(0, 3);
  expect(dark).toBeGreaterThan(25);
});

test('is what the evaluation in Python brings up (models/tests/test_upsample.py)', () => {
  const [width, height] = [6, 5];
  const places = Array.from({ length: 30 }, (_, i): [number, number] => [
    i % width,
    Math.floor(i / width),
  ]);
  const chroma: Chroma = {
    width,
    height,
    ab: Float32Array.from([
      ...places.map(([x, y]) => 20 * Math.cos(x) + 5 * y),
      ...places.map(([x, y]) => 15 * Math.sin(y) - 4 * x),
    ]),
    guide: Float32Array.from(places, ([x, y]) => 50 + 30 * Math.sin(2 * x + y)),
  };
  const field = fitGuidedField(chroma, { width: 30, height: 25 });
  const found = [0, 15, 29].flatMap((cell) => abAt(field, cell, 55));
  const expected = [21.36788, -0.22383, -7.54438, 2.61438, 21.89211, -30.24528];
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 3);
});

describe('sharpening', () => {
  test.each([3, 5, 9])(
    'the share of the neighbours is what interpolation gives, %i pixels a cell',
    (n) => {
      const [, toTheRight] = drawnMeans([1, 0, 0], n);
      expect(spreadOf(10, 10 * n)).toBeCloseTo(toTheRight!, 12);
    },
  );

  test('a photograph no larger than the grid needs none', () => {
    expect(spreadOf(10, 10)).toBe(0);
    expect(spreadOf(10, 4)).toBe(0);
  });

  test('what is drawn over a cell is in the mean nearer the network’s colour than unsharpened', () => {
    const a = [0, 0, 12, 24, 36, 20, 16, 16, 0, 0];
    const times = 5;
    const field = fitGuidedField(row(a), { width: times * a.length, height: times });
    const offsets = a.map((_, cell) => abAt(field, cell, 50)[0]);
    const errorOf = (values: number[]) =>
      drawnMeans(values, times).reduce((sum, mean, i) => sum + Math.abs(mean - a[i]!), 0);
    expect(errorOf(offsets)).toBeLessThan(0.75 * errorOf(a));
  });

  test('weak differences from cell to cell are left as they are', () => {
    const a = [0, 3, 0, 3, 0, 3];
    const field = fitGuidedField(row(a), { width: 60, height: 10 });
    // Interpolation takes an eighth of each neighbour: 0.74, of which 0.24 is more than the floor.
    expect(abAt(field, 3, 50)[0]).toBeCloseTo(3 + 6 * spreadOf(6, 60) - 0.5, 5);
    const weaker = fitGuidedField(row([0, 2, 0, 2, 0, 2]), { width: 60, height: 10 });
    expect(abAt(weaker, 3, 50)[0]).toBeCloseTo(2, 5);
  });

  test('colour beside a hard edge overshoots by no more than its limit', () => {
    const field = fitGuidedField(row([0, 0, 90, 90]), { width: 400, height: 100 });
    const offsets = [0, 1, 2, 3].map((cell) => abAt(field, cell, 50)[0]);
    expect(offsets).toEqual([0, -SHARPENING_LIMIT, 90 + SHARPENING_LIMIT, 90]);
  });
});
