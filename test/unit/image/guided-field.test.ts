import { expect, test } from 'vitest';
import { fitGuidedField } from '../../../src/image/guided/guided-field.ts';
import type { Chroma } from '../../../src/image/photograph.ts';
import { drawnChroma } from '../../support/drawn-chroma.ts';

/** The field's ab at a cell for a lightness. */
function abAt(chroma: Chroma, cell: number, lightness: number): [number, number] {
  const { coefficients } = fitGuidedField(chroma);
  const [slopeA, offsetA, slopeB, offsetB] = coefficients.subarray(4 * cell, 4 * cell + 4);
  return [slopeA! * lightness + offsetA!, slopeB! * lightness + offsetB!];
}

test('a cell whose lightness is the guide’s keeps the network’s colour', () => {
  const chroma = drawnChroma(19, 13);
  const cells = 19 * 13;
  for (let cell = 0; cell < cells; cell++) {
    const [a, b] = abAt(chroma, cell, chroma.guide[cell]!);
    expect(a).toBeCloseTo(chroma.ab[cell]!, 3);
    expect(b).toBeCloseTo(chroma.ab[cells + cell]!, 3);
  }
});

test('flat colour stays flat whatever the lightness', () => {
  const chroma = drawnChroma(9, 9);
  chroma.ab.fill(17);
  for (const lightness of [0, 40, 100]) {
    expect(abAt(chroma, 40, lightness)[0]).toBeCloseTo(17, 4);
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
  const [dark] = abAt(chroma, besideTheEdge, 20);
  const [light] = abAt(chroma, besideTheEdge, 80);
  expect(light).toBeCloseTo(0, 3);
  expect(dark).toBeGreaterThan(30);
});
