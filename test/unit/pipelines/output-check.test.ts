import { describe, expect, test } from 'vitest';
import type { Chroma } from '../../../src/image/photograph.ts';
import { assertPlausible, findImplausible } from '../../../src/pipelines/colorize/output-check.ts';

const WIDTH = 24;
const HEIGHT = 32;
const PIXELS = WIDTH * HEIGHT;

/** A photograph of waves in the colours of some function. */
function chroma(
  colour: (x: number, y: number, plane: number) => number,
  lightness: (x: number, y: number) => number = (x, y) => 50 + 30 * Math.sin(x + y / 3),
): Chroma {
  const at = (i: number) => [i % WIDTH, Math.floor(i / WIDTH) % HEIGHT] as const;
  return {
    width: WIDTH,
    height: HEIGHT,
    ab: Float32Array.from({ length: 2 * PIXELS }, (_, i) =>
      colour(...at(i), Math.floor(i / PIXELS)),
    ),
    guide: Float32Array.from({ length: PIXELS }, (_, i) => lightness(...at(i))),
  };
}

const mild = (x: number, y: number, plane: number) => 12 * Math.cos(x / 5 + plane) + y / 8;
const problemOf = (of: Chroma) => findImplausible(of)?.problem ?? null;

describe('honest colours pass', () => {
  test.each<[string, Chroma]>([
    ['mild ones', chroma(mild)],
    ['nearly none, as a cautious network gives', chroma((x, y, p) => mild(x, y, p) / 1000)],
    [
      'a night: hardly any lightness',
      chroma(
        (x, y, p) => mild(x, y, p) / 50,
        (x) => 1 + x / 20,
      ),
    ],
    [
      'a blank sheet in one tone',
      chroma(
        () => 3,
        () => 95,
      ),
    ],
    ['a red flag over a part of it', chroma((x, y, p) => (y < 1 ? 115 : mild(x, y, p)))],
    [
      'blank borders above and below',
      chroma(
        (x, y, p) => (y < 8 || y > 24 ? 0 : mild(x, y, p)),
        (x, y) => (y < 8 || y > 24 ? 100 : 40 + x),
      ),
    ],
  ])('%s', (_, of) => {
    expect(problemOf(of)).toBeNull();
  });

  test('one pixel', () => {
    const one = { width: 1, height: 1, ab: new Float32Array(2), guide: Float32Array.of(40) };
    expect(problemOf(one)).toBeNull();
  });
});

describe('what no network gives is found', () => {
  test.each<[string, string, Chroma]>([
    [
      'one NaN',
      'not-a-number',
      chroma((x, y, p) => (x === 3 && y === 5 && p ? NaN : mild(x, y, p))),
    ],
    ['infinity', 'not-a-number', chroma((x, y, p) => mild(x, y, p) / (x === 7 ? 0 : 1))],
    ['one number beyond reason', 'out-of-range', chroma((x, y, p) => (x + y + p ? 1 : 1e6))],
    ['much of it pure', 'saturated', chroma((x, y, p) => (y < 4 ? 127 : mild(x, y, p)))],
    ['zeros over a picture', 'flat', chroma(() => 0)],
    ['each plane of one tone', 'flat', chroma((_x, _y, p) => (p ? 7 : -7))],
    ['a fifth of the rows never written', 'flat', chroma((x, y, p) => (y < 7 ? 0 : mild(x, y, p)))],
    [
      'zeros over rows that differ only from one another',
      'flat',
      chroma(
        () => 0,
        (_x, y) => 3 * y,
      ),
    ],
  ])('%s', (_, problem, of) => {
    expect(problemOf(of)).toBe(problem);
  });
});

test('as an error it says what and how much', () => {
  expect(() => assertPlausible(chroma(() => NaN))).toThrow(
    expect.objectContaining({
      code: 'output/implausible',
      detail: { problem: 'not-a-number', share: 1 },
    }),
  );
  expect(() => assertPlausible(chroma(mild))).not.toThrow();
});
