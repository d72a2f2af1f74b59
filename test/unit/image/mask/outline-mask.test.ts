import { expect, test } from 'vitest';
import { maskOfOutline } from '../../../../src/image/mask/outline-mask.ts';

const RECTANGLE = [
  { x: 0.25, y: 0.5 },
  { x: 0.75, y: 0.5 },
  { x: 0.75, y: 1 },
  { x: 0.25, y: 1 },
];

test('a rectangle on the borders of cells covers these wholly and no other', () => {
  expect([...maskOfOutline(RECTANGLE, 4, 2)]).toEqual([0, 0, 0, 0, 0, 255, 255, 0]);
});

test('a border inside a cell covers its share, from either side', () => {
  const [, left, right] = maskOfOutline(
    RECTANGLE.map(({ x, y }) => ({ x: x * 0.5 + 0.25, y })),
    4,
    1,
  );
  // Columns 0.375 to 0.625: half of each cell, of the lower half of the row.
  expect(left).toBe(64);
  expect(right).toBe(64);
});

test('a triangle covers its area, however fine the grid', () => {
  const triangle = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0, y: 1 },
  ];
  for (const side of [8, 50]) {
    const mask = maskOfOutline(triangle, side, side);
    const area = mask.reduce((sum, cover) => sum + cover / 255, 0) / side ** 2;
    expect(area).toBeCloseTo(0.5, 1);
    expect(mask[0]).toBe(255);
    expect(mask.at(-1)).toBe(0);
  }
});

test('what is gone round twice is outside; what lies beyond the picture is cut', () => {
  const twice = [...RECTANGLE, ...RECTANGLE];
  expect(maskOfOutline(twice, 4, 2).every((cover) => cover === 0)).toBe(true);
  const beyond = [
    { x: -1, y: -1 },
    { x: 0.5, y: -1 },
    { x: 0.5, y: 2 },
    { x: -1, y: 2 },
  ];
  expect([...maskOfOutline(beyond, 2, 1)]).toEqual([255, 0]);
  expect([...maskOfOutline(RECTANGLE.slice(0, 2), 2, 2)]).toEqual([0, 0, 0, 0]);
});
