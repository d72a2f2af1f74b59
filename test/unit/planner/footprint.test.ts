import { expect, test } from 'vitest';
import { footprintAt } from '../../../src/planner/footprint.ts';

const at = (size: number, peakBytes: number) => ({
  size,
  peakBytes,
  largestBufferBytes: peakBytes / 10,
  weightBytes: 1000,
});

test('measured sizes are answered as measured', () => {
  const measured = [at(512, 5000), at(256, 2000), at(384, 3100)];
  for (const { size, peakBytes } of measured) {
    expect(footprintAt(measured, size * size).peakBytes).toBe(peakBytes);
  }
});

test('between and beyond them memory is a line over the area', () => {
  const measured = [at(100, 2000), at(200, 5000)];
  expect(footprintAt(measured, 25_000).peakBytes).toBe(3500);
  expect(footprintAt(measured, 70_000).peakBytes).toBe(8000);
  expect(footprintAt(measured, 5_000).peakBytes).toBe(1500);
});

test('beyond the last size the last two tell how it goes on', () => {
  const measured = [at(100, 2000), at(200, 5000), at(300, 6000)];
  expect(footprintAt(measured, 140_000).peakBytes).toBe(7000);
});

test('one measured size: the weights stay, the rest grows with the area', () => {
  const measured = [at(100, 3000)];
  expect(footprintAt(measured, 20_000).peakBytes).toBe(5000);
  expect(footprintAt(measured, 0)).toMatchObject({ peakBytes: 1000, largestBufferBytes: 0 });
});
