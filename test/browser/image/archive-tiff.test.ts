import { describe, expect, it } from 'vitest';
import { lightnessOfGray8, lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import { joinBytes } from '../../support/files/byte-writer.ts';
import { FAX_IMAGES, FAX_SIZE, faxRun } from '../../support/files/fax.ts';
import { buildJpeg } from '../../support/files/jpeg.ts';
import { packLzw } from '../../support/files/lzw.ts';
import { packBits } from '../../support/files/packbits.ts';
import { buildTiff, type TiffPlan } from '../../support/files/tiff.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;
const [WIDTH, HEIGHT] = [37, 21];

const rgb = (x: number, y: number) => [(x * 7) & 255, (y * 12) & 255, ((x >> 2) * y) & 255];

const RGB: TiffPlan = {
  width: WIDTH,
  height: HEIGHT,
  channels: 3,
  bitDepth: 8,
  photometric: 2,
  rowsPerStrip: 4,
  pixel: rgb,
};

const decode = async (plan: TiffPlan, isLittle = true) =>
  (await decodePhotograph(new Blob([await buildTiff([plan], isLittle)]), UPRIGHT)).photograph;

/** What a photograph of these levels has, in reading order. */
const lightnessOf = (pixel: (x: number, y: number) => readonly number[]) =>
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [r, g = r, b = r] = pixel(i % WIDTH, Math.floor(i / WIDTH));
    return r === g && g === b ? lightnessOfGray8[r!]! : lightnessOfRgb8(r!, g!, b!);
  });

const expectNear = (values: Iterable<number>, wanted: number[], within = 1) => {
  const errors = Array.from(values, (value, i) => Math.abs(value - wanted[i]!));
  expect(errors).toHaveLength(wanted.length);
  expect(Math.max(...errors)).toBeLessThanOrEqual(within);
};

const PACKBITS = { compression: 32773, pack: packBits };
const LZW = { compression: 5, pack: packLzw };
const tile = [16, 16] as const;

describe('a TIFF as archives keep them', () => {
  it.each<[string, Partial<TiffPlan>]>([
    ['in tiles', { tile }],
    ['in tiles larger than it', { tile: [64, 64] }],
    ['in tiles, deflated', { tile, isDeflated: true }],
    ['with its channels apart', { isPlanar: true }],
    ['in tiles with its channels apart, LZW', { tile, isPlanar: true, packing: LZW }],
    ['packed by PackBits', { packing: PACKBITS }],
    ['packed by LZW', { packing: LZW, rowsPerStrip: HEIGHT }],
  ])('opens %s', async (_, plan) => {
    for (const isLittle of [true, false]) {
      const { lightness } = await decode({ ...RGB, ...plan }, isLittle);
      expect(lightness).toMatchObject({ width: WIDTH, height: HEIGHT });
      expectNear(lightness.data, lightnessOf(rgb));
    }
  });

  it.each([true, false])('keeps 16 bits in tiles (little-endian: %s)', async (isLittle) => {
    const pixel = (x: number, y: number) => [20_000 + x + WIDTH * y];
    const plan = { ...RGB, channels: 1, photometric: 1, bitDepth: 16, tile, pixel } as const;
    const values = [...(await decode(plan, isLittle)).lightness.data];
    expect(new Set(values).size).toBeGreaterThan(WIDTH * HEIGHT - 10);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  it.each<[8 | 16]>([[8], [16]])('undoes the predictor: %i bits', async (bitDepth) => {
    const max = 2 ** bitDepth;
    const scale = bitDepth === 16 ? 257 : 1;
    const difference = (x: number, y: number) =>
      rgb(x, y).map((value, i) => ((value - (x > 0 ? rgb(x - 1, y)[i]! : 0)) * scale + max) % max);
    const plan = { ...RGB, bitDepth, pixel: difference, tags: [[317, 2]] } satisfies TiffPlan;
    expectNear((await decode({ ...plan, packing: LZW })).lightness.data, lightnessOf(rgb), 2);
  });

  it.each([1, 2, 4] as const)('opens gray of %i bits', async (bitDepth) => {
    const max = 2 ** bitDepth - 1;
    const pixel = (x: number, y: number) => [(x + y) & max];
    const gray = (x: number, y: number) => [(pixel(x, y)[0]! * 255) / max];
    const plan = { ...RGB, channels: 1, photometric: 1, bitDepth, pixel };
    expectNear((await decode(plan)).lightness.data, lightnessOf(gray));
    const inverse = (x: number, y: number) => [255 - gray(x, y)[0]!];
    expectNear((await decode({ ...plan, photometric: 0 })).lightness.data, lightnessOf(inverse));
  });

  it('reads bits from the other end where the file says so', async () => {
    const pixel = (x: number, y: number) => [x % 3 === y % 2 ? 1 : 0];
    const mirrored = (byte: number) =>
      Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2);
    const packing = {
      compression: 1,
      pack: (bytes: Uint8Array) => Uint8Array.from(bytes, mirrored),
    };
    const gray = { channels: 1, photometric: 1, bitDepth: 1 } as const;
    const { lightness } = await decode({ ...RGB, ...gray, pixel, packing, tags: [[266, 2]] });
    expectNear(
      lightness.data,
      lightnessOf((x, y) => [pixel(x, y)[0]! * 255]),
    );
  });

  it('opens a palette of 4 bits', async () => {
    const colours = Array.from({ length: 16 }, (_, i) => [i * 17, 255 - i * 9, 40]);
    const colourMap = [0, 1, 2].flatMap((c) => colours.map((colour) => colour[c]! * 257));
    const pixel = (x: number, y: number) => [(x + y) & 15];
    const palette = { channels: 1, photometric: 3, bitDepth: 4, colourMap } as const;
    const { lightness } = await decode({ ...RGB, ...palette, pixel });
    const wanted = lightnessOf((x, y) => colours[(x + y) & 15]!);
    expectNear(lightness.data, wanted);
  });

  it.each<[keyof typeof FAX_IMAGES, [number, number][]]>([
    ['huffman', [[259, 2]]],
    ['group3', [[259, 3]]],
    [
      'group3-2d',
      [
        [259, 3],
        [292, 1],
      ],
    ],
    ['group4', [[259, 4]]],
  ])('opens a fax: %s', async (kind, tags) => {
    const bilevel = { ...RGB, ...FAX_SIZE, channels: 1, photometric: 0, bitDepth: 1 } as const;
    const rowsPerStrip = FAX_SIZE.height;
    const plan = { ...bilevel, rowsPerStrip, chunks: [FAX_IMAGES[kind]], tags };
    const { lightness } = await decode(plan);
    expect(lightness).toMatchObject(FAX_SIZE);
    const y = 20;
    const row = lightness.data.subarray(y * FAX_SIZE.width, (y + 1) * FAX_SIZE.width);
    const run = faxRun(y);
    expect(run).toBeGreaterThan(5);
    expect(row.findIndex((value) => value === 0)).toBe(run);
    expect(row.filter((value) => value === 0)).toHaveLength(run);
  });

  it('opens CMYK', async () => {
    const pixel = (x: number, y: number) => [x * 6, y * 5, 30, 20];
    const wanted = (x: number, y: number) =>
      pixel(x, y)
        .slice(0, 3)
        .map((ink) => Math.round(((255 - ink) * 235) / 255));
    const plan = { ...RGB, channels: 4, photometric: 5, pixel };
    expectNear((await decode(plan)).lightness.data, lightnessOf(wanted));
  });
});

describe('a TIFF that claims far more than it holds', () => {
  it.each([1, 5, 8, 32773])('is refused at once: compression %i', async (compression) => {
    const plan = {
      ...RGB,
      tags: [
        [256, 16_000],
        [257, 16_000],
        [278, 16_000],
        [259, compression],
      ],
    };
    const file = new Blob([await buildTiff([plan as TiffPlan])]);
    const start = performance.now();
    await expect(decodePhotograph(file, UPRIGHT)).rejects.toMatchObject({ code: 'input/corrupt' });
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('a JPEG in a TIFF', () => {
  const block = (x: number, y: number) => [40 + 30 * x, 60 + 40 * y, 90];
  const strip = (y: number, channels: 1 | 3) =>
    buildJpeg({ blocksWide: 3, blocksHigh: 1, channels, block: (x) => block(x, y) });
  const plan = (channels: 1 | 3, chunks: Uint8Array<ArrayBuffer>[]): TiffPlan => ({
    ...RGB,
    width: 24,
    height: 16,
    rowsPerStrip: 8,
    channels,
    photometric: channels === 1 ? 1 : 2,
    packing: { compression: 7, pack: (bytes) => bytes },
    chunks,
  });

  it.each([1, 3] as const)('opens: %i channels', async (channels) => {
    const { lightness } = await decode(plan(channels, [strip(0, channels), strip(1, channels)]));
    for (const [x, y] of [
      [0, 0],
      [23, 15],
      [9, 7],
      [17, 8],
    ] as const) {
      const [r, g, b] = block(x >> 3, y >> 3);
      const wanted = channels === 1 ? lightnessOfGray8[r!]! : lightnessOfRgb8(r!, g!, b!);
      expect(Math.abs(lightness.data[y * 24 + x]! - wanted)).toBeLessThanOrEqual(1);
    }
  });

  it.each([2, 6])(
    'takes its channels for what the TIFF says: photometric %i',
    async (photometric) => {
      const levels = [120, 100, 170] as const;
      const marked = buildJpeg({ blocksWide: 3, blocksHigh: 1, channels: 3, block: () => levels });
      // Adobe's marker says it already; many writers leave it out.
      const at = marked.findIndex((byte, i) => byte === 0xff && marked[i + 1] === 0xee);
      const bare = joinBytes(marked.slice(0, at), marked.slice(at + 16));
      const { lightness } = await decode({ ...plan(3, [bare, bare]), photometric });
      const [y, cb, cr] = [levels[0], levels[1] - 128, levels[2] - 128];
      const converted = [y + 1.402 * cr, y - 0.344 * cb - 0.714 * cr, y + 1.772 * cb].map(
        Math.round,
      );
      const [r, g, b] = photometric === 6 ? converted : levels;
      // A level of rounding in each channel.
      expect(Math.abs(lightness.data[0]! - lightnessOfRgb8(r!, g!, b!))).toBeLessThan(257);
    },
  );

  it('takes tables that stand once for all strips', async () => {
    const whole = strip(0, 1);
    // Tables between the start and the frame header, all else in the strip.
    const frame = whole.findIndex((byte, i) => byte === 0xff && whole[i + 1] === 0xc0);
    const tables = joinBytes(whole.slice(0, frame), [0xff, 0xd9]);
    const bare = joinBytes(whole.slice(0, 2), whole.slice(frame));
    const file = { ...plan(1, [bare, bare]), tags: [[347, ...tables]] } satisfies TiffPlan;
    const { lightness } = await decode(file);
    expect(lightness.data[0]).toBe(lightnessOfGray8[40]);
    expect(lightness.data[8]).toBe(lightnessOfGray8[70]);
  });

  it('of another size, or cut off, is refused as damaged', async () => {
    const small = buildJpeg({ blocksWide: 1, blocksHigh: 1, channels: 1, block: () => [9] });
    const tall = buildJpeg({ blocksWide: 3, blocksHigh: 99, channels: 1, block: () => [9] });
    for (const bad of [small, tall, strip(0, 1).slice(0, -4)]) {
      await expect(decode(plan(1, [strip(0, 1), bad]))).rejects.toMatchObject({
        code: 'input/corrupt',
      });
    }
  });
});
