import { expect, test } from 'vitest';
import { colourfulness, makeGray, psnr } from '../../bench/metrics.mjs';

/** RGBA of the colours, one a pixel. */
function pixels(...colours: [number, number, number][]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));
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
