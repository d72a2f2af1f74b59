import { describe, expect, test } from 'vitest';
import { chromaSsim } from '../../bench/evaluation/chroma-ssim.ts';
import {
  colourfulness,
  deltaE2000,
  hueShares,
  labOf,
  makeGray,
  meanAbDistance,
  meanOf,
  psnr,
  type LabPlanes,
} from '../../bench/evaluation/metrics.ts';
import { featureDistance } from '../../bench/evaluation/perceptual.ts';
import { hasColours } from '../../bench/evaluation/pixels.ts';
import { edgesOf } from '../../bench/evaluation/upsampling.ts';

/** RGBA of the colours, one a pixel. */
function pixels(...colours: [number, number, number][]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));
}

/** Planes of Lab colours. */
function planes(...colours: [number, number, number][]): LabPlanes {
  const plane = (channel: 0 | 1 | 2) => Float32Array.from(colours, (colour) => colour[channel]);
  return { l: plane(0), a: plane(1), b: plane(2) };
}

test('PSNR of a known error, and of none', () => {
  const one = pixels([10, 20, 30], [40, 50, 60]);
  expect(psnr(one, one)).toBe(Infinity);
  // A mean square error of 25 over three channels; alpha does not count.
  const other = pixels([15, 25, 35], [45, 55, 65]);
  other[3] = 0;
  expect(psnr(one, other)).toBeCloseTo(10 * Math.log10(65_025 / 25), 10);
});

test('colourfulness is 0 for gray, and as the paper’s formula has it for red beside cyan', () => {
  expect(colourfulness(pixels([9, 9, 9], [200, 200, 200]))).toBe(0);
  // rg is 255 and −255, yb is 127.5 and −127.5: means 0, deviations 255 and 127.5.
  expect(colourfulness(pixels([255, 0, 0], [0, 255, 255]))).toBeCloseTo(Math.hypot(255, 127.5), 8);
});

test('gray keeps what is gray and gives red its own lightness', () => {
  const scan = pixels([0, 0, 0], [77, 77, 77], [255, 255, 255], [255, 0, 0]);
  makeGray(scan);
  // L* of sRGB red is 53.24, which is the gray level 127.
  expect([...scan]).toEqual([...pixels([0, 0, 0], [77, 77, 77], [255, 255, 255], [127, 127, 127])]);
});

test('Lab of sRGB red; |Δab| is a distance in the plane, whatever the lightness', () => {
  const { l, a, b } = labOf(pixels([255, 0, 0]));
  expect([l[0], a[0], b[0]].map((value) => value?.toFixed(1))).toEqual(['53.2', '80.1', '67.2']);
  expect(meanAbDistance(planes([50, 3, 4], [50, 1, 1]), planes([10, 0, 0], [50, 1, 1]))).toBe(2.5);
});

// Pairs 1, 7, 13, 17 and 25 of Sharma, Wu, Dalal 2005, table 1.
test.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
] as const)('CIEDE2000 of %j and %j', (one, other, expected) => {
  expect(deltaE2000(planes([...one]), planes([...other]))[0]).toBeCloseTo(expected, 3);
});

describe('SSIM of chroma', () => {
  const [width, height] = [24, 20];
  const drawn = (
    a: (x: number, y: number) => number,
    b: (x: number, y: number) => number,
  ): LabPlanes =>
    planes(
      ...Array.from({ length: width * height }, (_, i): [number, number, number] => {
        const [x, y] = [i % width, Math.floor(i / width)];
        return [50, a(x, y), b(x, y)];
      }),
    );
  const one = drawn(
    (x, y) => 40 * Math.sin(x / 3) + y,
    (x, y) => 10 * Math.cos(y / 4) - x / 2,
  );

  test('is 1 where nothing differs', () => {
    expect(chromaSsim(one, one, width)).toBeCloseTo(1, 12);
  });

  test('is what scikit-image finds', () => {
    const other = drawn(
      (x, y) => 30 * Math.sin(x / 3 + 0.3) + y - 3,
      (x, y) => 5 * Math.cos(y / 4) + x / 5,
    );
    expect(chromaSsim(one, other, width)).toBeCloseTo(0.340076, 6);
  });

  test('needs a picture as large as its window', () => {
    expect(() => chromaSsim(planes([50, 0, 0]), planes([50, 0, 0]), 1)).toThrow(/11 × 11/);
  });
});

test('perceptual distance: 0 for the same, 2 a depth for features at right angles, whatever their length', () => {
  // Two channels at two places, plane by plane.
  const right = { data: Float32Array.of(3, 300, 0, 0), channels: 2 };
  const up = { data: Float32Array.of(0, 0, 40, 4), channels: 2 };
  expect(featureDistance([right, up], [right, up])).toBe(0);
  expect(featureDistance([right, right], [up, up])).toBeCloseTo(4, 6);
  expect(
    featureDistance([right], [{ data: Float32Array.of(6, 3, 0, 0), channels: 2 }]),
  ).toBeCloseTo(0, 5);
});

test('hues fall in quarters, by chroma', () => {
  const found = hueShares(planes([50, 30, -1], [50, -10, 0], [50, 0, -20], [50, 0, 0]));
  expect(found.meanChroma).toBeCloseTo(15, 1);
  expect(found.red).toBeCloseTo(0.5, 2);
  expect(found.yellow).toBe(0);
  expect(found.green).toBeCloseTo(1 / 6, 2);
  expect(found.blue).toBeCloseTo(1 / 3, 2);
});

test('toned scans are gray, and photographs are not', () => {
  const levels = Array.from({ length: 256 }, (_, i) => i);
  const sepia = levels.map((i): [number, number, number] => [i, 0.94 * i, 0.82 * i]);
  expect(hasColours(labOf(pixels(...sepia)))).toBe(false);
  const scene = sepia.map(([r, g, b], i): [number, number, number] =>
    i % 2 ? [r, g, b] : [b, g, r],
  );
  expect(hasColours(labOf(pixels(...scene)))).toBe(true);
});

test('edges are where lightness is steepest', () => {
  const width = 20;
  const l = Float32Array.from({ length: 400 }, (_, i) => (i % width < 10 ? 20 : 80));
  const edges = edgesOf(l, width);
  // Both pixels beside the step in each row; a tenth of all.
  expect(edges.filter(Boolean)).toHaveLength(40);
  expect(edges[9] && edges[10]).toBe(true);
  expect(meanOf(l, edges)).toBe(50);
});
