import { describe, expect, it } from 'vitest';
import type { LightnessPlane } from '../../../src/image/photograph.ts';
import { shrinkLightness } from '../../../src/image/resize.ts';

/** Deterministic rough values over the whole range. */
function roughPlane(width: number, height: number): LightnessPlane {
  const data = Uint16Array.from({ length: width * height }, (_, i) => (i * 40_503 + 977) % 65_536);
  return { width, height, data };
}

const whole = ({ width, height }: LightnessPlane) => ({ x: 0, y: 0, width, height });

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** The definition, cell by cell: the integral of the samples over the cell's area. */
function boxMean(
  plane: LightnessPlane,
  cell: { x0: number; x1: number; y0: number; y1: number },
): number {
  let sum = 0;
  for (let y = Math.floor(cell.y0); y < cell.y1; y++) {
    for (let x = Math.floor(cell.x0); x < cell.x1; x++) {
      const across = Math.min(x + 1, cell.x1) - Math.max(x, cell.x0);
      const down = Math.min(y + 1, cell.y1) - Math.max(y, cell.y0);
      sum += plane.data[y * plane.width + x]! * across * down;
    }
  }
  return sum / ((cell.x1 - cell.x0) * (cell.y1 - cell.y0));
}

describe('shrinkLightness', () => {
  it.each([0, 1, 30_000, 65_535])('keeps a constant of %i at every size', (value) => {
    const plane = { width: 37, height: 23, data: new Uint16Array(37 * 23).fill(value) };
    for (const [width, height] of [
      [1, 1],
      [5, 3],
      [36, 22],
      [37, 23],
      [38, 24],
      [200, 7],
    ] as const) {
      const result = shrinkLightness(plane, whole(plane), width, height);
      expect(new Set(result)).toEqual(new Set([value]));
    }
  });

  it('is exact at the same size, of the whole and of a part', () => {
    const plane = roughPlane(31, 17);
    expect(shrinkLightness(plane, whole(plane), 31, 17)).toEqual(plane.data);
    const part = shrinkLightness(plane, { x: 5, y: 3, width: 4, height: 2 }, 4, 2);
    const row = (y: number) => [...plane.data.subarray(y * 31 + 5, y * 31 + 9)];
    expect([...part]).toEqual([...row(3), ...row(4)]);
  });

  it.each([
    [7, 5],
    [13, 29],
    [96, 63],
    [1, 1],
    [97, 1],
  ])('is the mean over each cell at %i × %i', (width, height) => {
    const plane = roughPlane(97, 64);
    const region = { x: 0.25, y: 0.5, width: 96.5, height: 63.25 };
    if (width > region.width) region.x = region.width = 97;
    region.x = Math.min(region.x, 97 - region.width);
    const result = shrinkLightness(plane, region, width, height);
    const [stepX, stepY] = [region.width / width, region.height / height];
    result.forEach((value, i) => {
      const x0 = region.x + (i % width) * stepX;
      const y0 = region.y + Math.floor(i / width) * stepY;
      const expected = boxMean(plane, { x0, y0, x1: x0 + stepX, y1: y0 + stepY });
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(0.501);
    });
    const error =
      mean(result) -
      boxMean(plane, {
        x0: region.x,
        x1: region.x + region.width,
        y0: region.y,
        y1: region.y + region.height,
      });
    expect(Math.abs(error)).toBeLessThan(0.5);
  });

  it('draws a straight ramp straight where it enlarges', () => {
    const plane = { width: 4, height: 1, data: Uint16Array.of(0, 1000, 2000, 3000) };
    const result = shrinkLightness(plane, whole(plane), 8, 1);
    expect([...result]).toEqual([0, 250, 750, 1250, 1750, 2250, 2750, 3000]);
  });

  it('sees the neighbours of a part that it enlarges', () => {
    const plane = { width: 4, height: 1, data: Uint16Array.of(0, 1000, 2000, 3000) };
    const result = shrinkLightness(plane, { x: 1, y: 0, width: 2, height: 1 }, 4, 1);
    expect([...result]).toEqual([750, 1250, 1750, 2250]);
  });

  it('takes one pixel, and one pixel of many', () => {
    const pixel = { width: 1, height: 1, data: Uint16Array.of(4321) };
    expect([...shrinkLightness(pixel, whole(pixel), 1, 1)]).toEqual([4321]);
    expect([...shrinkLightness(pixel, whole(pixel), 3, 2)]).toEqual(Array(6).fill(4321));
    expect(shrinkLightness(pixel, { x: 0.25, y: 0.5, width: 0.5, height: 0.25 }, 1, 1)[0]).toBe(
      4321,
    );
  });

  it('shrinks one axis while it enlarges the other', () => {
    const plane = {
      width: 6,
      height: 2,
      data: Uint16Array.of(0, 2, 10, 20, 30, 40, 0, 2, 10, 20, 30, 40),
    };
    const result = shrinkLightness(plane, whole(plane), 2, 4);
    expect([...result]).toEqual([4, 30, 4, 30, 4, 30, 4, 30]);
  });

  it('says so where the region is not in the plane', () => {
    const plane = roughPlane(8, 8);
    const outside = { x: 5, y: 0, width: 4, height: 8 };
    expect(() => shrinkLightness(plane, outside, 2, 2)).toThrow(/is not within 8 × 8/);
  });
});
