import { expect, test } from 'vitest';
import {
  comparisonTable,
  differingSettings,
  meanAndError,
  meansOf,
  pairedComparison,
  tableOf,
  type Row,
} from '../../bench/evaluation/summary.mjs';
import { upsamplingTable } from '../../bench/evaluation/upsampling-summary.mjs';

function row(file: string, psnr: number, colourfulnessDifference: number): Row {
  return { file, measures: { psnr, colourfulnessDifference }, grayMeasures: null };
}

test('mean and its standard error', () => {
  const { mean, error } = meanAndError([1, 2, 3, 4]);
  expect(mean).toBe(2.5);
  // The sample's deviation is √(5/3), over √4.
  expect(error).toBeCloseTo(Math.sqrt(5 / 3) / 2, 12);
  expect(meanAndError([7])).toEqual({ mean: 7, error: 0 });
});

test('gray photographs have means of their own', () => {
  const gray = { file: 'c', measures: null, grayMeasures: { meanChroma: 9 } };
  const rows = [row('a', 20, 0), row('b', 24, 0), gray];
  expect(meansOf(rows, 'measures')?.['psnr']).toBe(22);
  expect(meansOf(rows, 'grayMeasures')).toEqual({ meanChroma: 9 });
  expect(meansOf([gray], 'measures')).toBeNull();
  expect(tableOf(rows)).toContain('| 2 photographs | mean |');
  expect(tableOf(rows)).toContain('| PSNR, dB | 22.000 |');
});

test('pairs go by file, whatever the order; what is missing in one is left out', () => {
  const one = { settings: {}, rows: [row('a', 20, -8), row('b', 24, 3), row('only here', 90, 0)] };
  const other = { settings: {}, rows: [row('b', 25, -5), row('a', 18, -9)] };
  const [psnr, difference] = pairedComparison(one, other);
  expect(psnr).toMatchObject({ key: 'psnr', difference: 0.5, error: 1.5, better: 1, count: 2 });
  // Nearer 0 is better, from either side.
  expect(difference).toMatchObject({ difference: 4.5, better: 2 });
  expect(comparisonTable(one, other)).toContain('| PSNR, dB | +0.500 ± 1.500 | 1 of 2 |');
  expect(comparisonTable(one, { settings: {}, rows: [] })).toContain('no photograph');
});

test('settings that differ are told', () => {
  const one = { settings: { square: 256, strength: 1 }, rows: [] };
  const other = { settings: { square: null, strength: 1 }, rows: [] };
  expect(differingSettings(one, other)).toEqual(['square is 256 here and null in the other.']);
});

test('ways of upsampling are compared with bilinear, photograph by photograph', () => {
  const error = (value: number) => ({ deltaE2000AtEdges: value, deltaE2000: value, psnr: value });
  const rows = [1, 2].map((value) => ({
    ...{ source: 'ideal' as const, size: 256 },
    ...{ nearest: error(value + 1), bilinear: error(value), guided: error(value / 2) },
  }));
  const table = upsamplingTable(rows);
  expect(table).toContain('| ideal, 256² | bilinear | 1.500 | 1.500 | 1.500 |');
  expect(table).toContain('| guided | 0.750 (−0.750 ± 0.250)');
});
