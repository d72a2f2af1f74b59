import { expect, test } from 'vitest';
import { interpolate } from '../../../../src/pipelines/repair/interpolate.ts';

/** A picture by a function of column and row. */
function drawn(width: number, height: number, value: (x: number, y: number) => number) {
  return Float32Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  );
}

// Column, row and value of `repair.interpolation.interpolated` (PyTorch 2.11) for the picture below: of each size of
// the pyramid there is something that only it knows.
const REFERENCE = [
  [0, 0, 0.6817549],
  [5, 0, -0.2267618],
  [27, 0, 0.1249748],
  [28, 0, 0.2593684],
  [36, 0, 0.0126334],
  [46, 0, 0.0108654],
  [47, 0, 0.0108783],
  [28, 1, 0.2949499],
  [46, 1, 0.0115324],
  [0, 9, 0.2238513],
  [28, 9, -0.0140668],
  [36, 9, 0.0150062],
  [47, 9, 0.0604198],
  [0, 18, 0.2197681],
  [28, 18, 0.0850194],
  [36, 18, -0.0573244],
  [47, 18, -0.4048463],
  [5, 19, -0.2444139],
  [36, 19, 0.1683521],
  [0, 31, 0.686695],
  [5, 31, -0.2103296],
  [27, 31, 0.1631903],
  [47, 31, 0.5679957],
] as const;

test('the surface is the one that the restorer was trained beside, and the gray where that is known', () => {
  const [width, height] = [48, 32];
  const gray = drawn(width, height, (x, y) => Math.sin((y * width + x + 1) * 12.9898));
  const mask = drawn(width, height, (x, y) =>
    (x >= 28 && y < 19) || ((y * width + x) * 7919) % 31 < 9 ? 1 : 0,
  );
  const surface = interpolate(gray, mask, width, height);
  for (const [x, y, value] of REFERENCE) {
    expect(Math.abs(surface[y * width + x]! - value)).toBeLessThan(1e-6);
  }
  const known = (values: Float32Array) => values.filter((_, i) => mask[i] === 0);
  expect(known(surface)).toEqual(known(gray));
  const sum = surface.reduce((all, value, i) => all + mask[i]! * value, 0);
  expect(sum).toBeCloseTo(10.045002, 4);
  // What is under the mask does not matter.
  const other = gray.map((value, i) => (mask[i] === 1 ? 9 : value));
  expect(interpolate(other, mask, width, height)).toEqual(surface);
});

test('where nothing is known it is middle gray; one known pixel is enough for all', () => {
  const gray = drawn(32, 16, () => 0.7);
  const mask = drawn(32, 16, () => 1);
  expect(interpolate(gray, mask, 32, 16)).toEqual(new Float32Array(512));
  mask[3] = 0;
  const surface = interpolate(gray, mask, 32, 16);
  expect(surface[3]).toBe(gray[3]);
  expect(surface.every((value) => value > 0.1 && value < 0.7001)).toBe(true);
});

test('an even picture stays even up to its border, and a slope goes on through a tear', () => {
  const mask = drawn(64, 48, (x, y) => (Math.abs(x - 30 + y / 4) < 4 || y < 3 ? 1 : 0));
  const even = interpolate(
    drawn(64, 48, () => -0.5),
    mask,
    64,
    48,
  );
  expect(Math.max(...even.map((value) => Math.abs(value + 0.5)))).toBeLessThan(1e-6);
  const slope = drawn(64, 48, (x) => x / 32 - 1);
  const found = interpolate(slope, mask, 64, 48);
  const off = found.map((value, i) => Math.abs(value - slope[i]!));
  // The tear is an eighth of the width, over which the slope climbs by 0.25.
  expect(Math.max(...off)).toBeLessThan(0.08);
});

test('sides that cannot be halved four times are refused', () => {
  expect(() => interpolate(new Float32Array(480), new Float32Array(480), 24, 20)).toThrow('16');
});
