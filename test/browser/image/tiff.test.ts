import { describe, expect, it } from 'vitest';
import { lightnessOfGray8, lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import { buildTiff, type TiffPlan } from '../../support/files/tiff.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;

const GRAY: TiffPlan = {
  width: 3,
  height: 2,
  channels: 1,
  bitDepth: 8,
  photometric: 1,
  pixel: (x, y) => [20 + 40 * (x + 3 * y)],
};

/** Each level of the gray plan, in reading order. */
const LEVELS = [20, 60, 100, 140, 180, 220];

const decode = async (...pages: TiffPlan[]) =>
  decodePhotograph(new Blob([await buildTiff(pages)]), UPRIGHT);

const grayLevels = (levels: number[]) => levels.map((level) => lightnessOfGray8[level]);

describe('a TIFF', () => {
  it('of 8 bits, in several strips, gives its levels', async () => {
    const { photograph } = await decode({ ...GRAY, rowsPerStrip: 1 });
    expect([...photograph.lightness.data]).toEqual(grayLevels(LEVELS));
  });

  it('of 16 bits keeps them', async () => {
    const pixel = (x: number, y: number) => [30_000 + 20 * (x + 3 * y)];
    const { photograph } = await decode({ ...GRAY, bitDepth: 16, pixel });
    const values = [...photograph.lightness.data];
    expect(new Set(values).size).toBe(6);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  it('whose zero is white is turned the right way', async () => {
    const { photograph } = await decode({ ...GRAY, photometric: 0 });
    const inverse = LEVELS.map((level) => 255 - level);
    expect([...photograph.lightness.data]).toEqual(grayLevels(inverse));
  });

  it('keeps colour, and alpha whatever zero means', async () => {
    const rgb = await decode({
      ...GRAY,
      channels: 4,
      photometric: 2,
      extraSamples: 2,
      pixel: (x) => [200, 90, 30, x * 100],
    });
    expect(rgb.isColour).toBe(true);
    expect(rgb.photograph.lightness.data[0]).toBe(lightnessOfRgb8(200, 90, 30));
    expect([...rgb.photograph.alpha!]).toEqual([0, 100, 200, 0, 100, 200]);
    const inverted = await decode({
      ...GRAY,
      channels: 2,
      photometric: 0,
      extraSamples: 2,
      pixel: (x) => [55, x * 100],
    });
    expect([...inverted.photograph.alpha!.subarray(0, 3)]).toEqual([0, 100, 200]);
    expect(inverted.photograph.lightness.data[0]).toBe(lightnessOfGray8[200]);
  });

  it('gives its first full page, and how many there are', async () => {
    const other = { ...GRAY, width: 1, height: 1 };
    const decoded = await decode({ ...other, isReduced: true }, GRAY, other, other);
    expect(decoded.frames).toBe(3);
    expect(decoded.photograph.lightness).toMatchObject({ width: 3, height: 2 });
  });

  it.each([
    [1, [0, 1, 2, 3, 4, 5]],
    [2, [2, 1, 0, 5, 4, 3]],
    [3, [5, 4, 3, 2, 1, 0]],
    [4, [3, 4, 5, 0, 1, 2]],
    [5, [0, 3, 1, 4, 2, 5]],
    [6, [3, 0, 4, 1, 5, 2]],
    [7, [5, 2, 4, 1, 3, 0]],
    [8, [2, 5, 1, 4, 0, 3]],
  ])('stands upright as orientation %i says', async (orientation, order) => {
    const { lightness } = (await decode({ ...GRAY, orientation })).photograph;
    expect(lightness.width).toBe(orientation > 4 ? 2 : 3);
    expect([...lightness.data]).toEqual(grayLevels(order.map((i) => LEVELS[i]!)));
  });

  it.each<[string, [number, ...number[]][]]>([
    ['is compressed in an unusual way', [[259, 34712]]],
    ['is compressed in an unusual way', [[259, 6]]],
    ['is neither gray nor RGB', [[262, 8]]],
    [
      'is neither gray nor RGB',
      [
        [262, 6],
        [277, 3],
      ],
    ],
    ['has too few channels', [[262, 5]]],
    ['has 20000 channels', [[277, 20_000]]],
    ['has 32 bits a channel', [[258, 32]]],
    ['keeps its pixels as signed or fractional numbers', [[339, 3]]],
    [
      'holds a JPEG of an unusual kind',
      [
        [259, 7],
        [262, 5],
        [277, 4],
      ],
    ],
  ])('that %s is refused in words', async (problem, tags) => {
    const refusal = decode({ ...GRAY, tags });
    await expect(refusal).rejects.toMatchObject({ code: 'input/unsupported-format' });
    await expect(refusal).rejects.toThrow(problem);
  });

  it.each<[string, [number, ...number[]][]]>([
    ['whose strips lie outside the file', [[273, 5_000_000]]],
    ['with fewer pixels than it says', [[257, 100]]],
    [
      'whose tiles have no side',
      [
        [322, 0],
        [323, 0],
        [324, 8],
        [325, 6],
      ],
    ],
    [
      'whose tiles are tiny',
      [
        [322, 1],
        [323, 1],
        [324, 8, 8, 8, 8, 8, 8],
        [325, 1, 1, 1, 1, 1, 1],
      ],
    ],
    [
      'whose tiles are far larger than it',
      [
        [322, 60_000],
        [323, 60_000],
        [324, 8],
        [325, 6],
      ],
    ],
    [
      'with too few strips',
      [
        [257, 5000],
        [278, 1],
      ],
    ],
  ])('%s is refused as damaged', async (_, tags) => {
    await expect(decode({ ...GRAY, tags })).rejects.toMatchObject({ code: 'input/corrupt' });
  });
});
