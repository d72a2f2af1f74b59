import { wrap } from 'comlink';
import { describe, expect, it } from 'vitest';
import { lightnessOfGray8, lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import { AVIF_FILE } from '../../support/files/avif.ts';
import { buildBmp } from '../../support/files/bmp.ts';
import { everyFile } from '../../support/files/every-file.ts';
import { buildGif } from '../../support/files/gif.ts';
import { buildJpeg } from '../../support/files/jpeg.ts';
import { buildPng, PNG_COLOUR } from '../../support/files/png.ts';
import { drawnFile } from '../../support/drawn-file.ts';
import { drawScene, grayOf } from '../../support/draw-scene.ts';
import type { Decoder } from './decode.worker.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;

const files = await everyFile();

const decode = (bytes: Uint8Array<ArrayBuffer> | Blob, options = {}) =>
  decodePhotograph(bytes instanceof Blob ? bytes : new Blob([bytes]), { ...UPRIGHT, ...options });

const lightnessIn8Bits = (value: number) => value / 257;

describe('decodePhotograph', () => {
  it.each(files)('opens $name', async ({ bytes, format, width, height, frames }) => {
    const decoded = await decode(bytes);
    expect(decoded).toMatchObject({ format, frames });
    expect(decoded.photograph.lightness).toMatchObject({ width, height });
    expect(decoded.photograph.lightness.data.length).toBe(width * height);
    expect(decoded.isColour).toBe(decoded.photograph.ownChroma !== null);
  });

  it('takes the exact levels of a gray PNG of 8 bits', async () => {
    const pixel = (x: number, y: number) => [y * 16 + x];
    const png = await buildPng({ width: 16, height: 16, colourType: PNG_COLOUR.gray, pixel });
    const { photograph, isColour } = await decode(png);
    expect(photograph.lightness.data).toEqual(lightnessOfGray8);
    expect(photograph.alpha).toBeNull();
    expect(isColour).toBe(false);
  });

  it.each([
    ['PNG', PNG_COLOUR.rgb],
    ['interlaced PNG', PNG_COLOUR.rgb],
    ['BMP', null],
  ])('takes the exact colours of a %s', async (name, colourType) => {
    const [width, height] = [19, 11];
    const pixel = (x: number, y: number) => [x * 13, y * 23, 255 - x * 9];
    const isInterlaced = name.startsWith('interlaced');
    const bytes =
      colourType === null
        ? buildBmp(width, height, pixel)
        : await buildPng({ width, height, colourType, pixel, isInterlaced });
    const { photograph, isColour } = await decode(bytes);
    expect(isColour).toBe(true);
    photograph.lightness.data.forEach((value, i) => {
      const [r, g, b] = pixel(i % width, Math.floor(i / width)) as [number, number, number];
      expect(value).toBe(lightnessOfRgb8(r, g, b));
    });
  });

  it('takes the levels of a gray PNG of 16 bits to 8', async () => {
    const pixel = (x: number) => [x * 257];
    const png = await buildPng({
      width: 256,
      height: 1,
      colourType: PNG_COLOUR.gray,
      bitDepth: 16,
      pixel,
    });
    expect((await decode(png)).photograph.lightness.data).toEqual(lightnessOfGray8);
  });

  it('keeps alpha beside the lightness of gray and alpha', async () => {
    const pixel = (x: number) => [180, x * 17];
    const plan = { width: 16, height: 1, colourType: PNG_COLOUR.grayAlpha, pixel } as const;
    const { photograph, isColour } = await decode(await buildPng(plan));
    expect([...photograph.alpha!]).toEqual(Array.from({ length: 16 }, (_, x) => x * 17));
    expect(isColour).toBe(false);
    expect(photograph.lightness.data[15]).toBe(lightnessOfGray8[180]);
    // Canvases premultiply: with half of alpha, half of the levels' precision is left.
    const half = lightnessIn8Bits(photograph.lightness.data[8]!);
    expect(Math.abs(half - lightnessIn8Bits(lightnessOfGray8[180]!))).toBeLessThan(2);
  });

  it('takes the first frame of animations', async () => {
    const palette = [
      [0, 0, 0],
      [255, 255, 255],
    ];
    const gif = await decode(buildGif(4, 4, 3, palette, (_x, _y, frame) => (frame === 0 ? 1 : 0)));
    expect(gif.frames).toBe(3);
    expect(new Set(gif.photograph.lightness.data)).toEqual(new Set([65_535]));
    const pixel = (_x: number, _y: number, frame: number) => [frame === 0 ? 200 : 0];
    const plan = { width: 4, height: 4, colourType: PNG_COLOUR.gray, frames: 2, pixel } as const;
    const png = await decode(await buildPng(plan));
    expect(png.frames).toBe(2);
    expect(new Set(png.photograph.lightness.data)).toEqual(new Set([lightnessOfGray8[200]]));
  });

  it('reads JPEGs of one, three and four channels', async () => {
    const block = (x: number) =>
      [
        [220, 40, 30, 255],
        [60, 60, 60, 255],
      ][x]!;
    const plan = { blocksWide: 2, blocksHigh: 1, block } as const;
    const at = async (channels: 1 | 3 | 4, x: number) =>
      (await decode(buildJpeg({ ...plan, channels }))).photograph.lightness.data[x]!;
    expect(await at(1, 0)).toBe(lightnessOfGray8[220]);
    expect(await at(3, 0)).toBe(lightnessOfRgb8(220, 40, 30));
    // Full "no ink" in black leaves what the three inks leave.
    const cmyk = lightnessIn8Bits(await at(4, 0));
    expect(Math.abs(cmyk - lightnessIn8Bits(lightnessOfRgb8(220, 40, 30)))).toBeLessThan(12);
    expect(await at(4, 0)).toBeGreaterThan(await at(4, 8));
  });

  it('reads WebP and AVIF', async () => {
    const webp = await drawnFile(drawScene(60, 40), 60, 'image/webp', 1);
    expect(await decode(webp)).toMatchObject({ format: 'webp', frames: 1, isColour: true });
    const { photograph } = await decode(AVIF_FILE);
    const [left, right] = [photograph.lightness.data[0]!, photograph.lightness.data[47]!];
    expect(Math.abs(lightnessIn8Bits(left - lightnessOfRgb8(200, 40, 30)))).toBeLessThan(6);
    expect(Math.abs(lightnessIn8Bits(right - lightnessOfRgb8(40, 60, 200)))).toBeLessThan(6);
  });

  it('sees that a gray JPEG of a scene is gray, and that the scene is not', async () => {
    const scene = drawScene(120, 80);
    const gray = await decode(await drawnFile(grayOf(scene), 120, 'image/jpeg', 0.7));
    expect(gray.isColour).toBe(false);
    const colour = await decode(await drawnFile(scene, 120, 'image/jpeg', 0.7));
    expect(colour.isColour).toBe(true);
  });

  it.each([
    [1, [0, 1, 2, 3, 4, 5]],
    [3, [5, 4, 3, 2, 1, 0]],
    [6, [3, 0, 4, 1, 5, 2]],
    [8, [2, 5, 1, 4, 0, 3]],
  ])('stands upright as EXIF orientation %i says', async (orientation, order) => {
    const block = (x: number, y: number) => [20 + 40 * (x + 3 * y)];
    const plan = { blocksWide: 3, blocksHigh: 2, channels: 1, block, orientation } as const;
    const { lightness } = (await decode(buildJpeg(plan))).photograph;
    const wide = orientation > 4 ? 2 : 3;
    expect([lightness.width, lightness.height]).toEqual([wide * 8, (6 / wide) * 8]);
    const blocks = order.map(
      (_, i) =>
        lightness.data[(Math.floor(i / wide) * 8 + 4) * lightness.width + (i % wide) * 8 + 4],
    );
    expect(blocks).toEqual(order.map((value) => lightnessOfGray8[20 + 40 * value]));
  });

  it('turns and inverts', async () => {
    const pixel = (x: number) => [[250, 100][x]!];
    const png = await buildPng({ width: 2, height: 1, colourType: PNG_COLOUR.gray, pixel });
    const { lightness } = (await decode(png, { rotation: 270, isNegative: true })).photograph;
    expect(lightness).toMatchObject({ width: 1, height: 2 });
    expect([...lightness.data]).toEqual([lightnessOfGray8[155], lightnessOfGray8[5]]);
  });

  it('gives a picture of several stripes the same lightness as its pixels', async () => {
    const [width, height] = [2100, 1500];
    const gray = grayOf(drawScene(width, height));
    const file = await drawnFile(gray, width, 'image/png', 1);
    const { lightness } = (await decode(file, { rotation: 90 })).photograph;
    let wrong = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const turned = lightness.data[x * height + height - 1 - y];
        if (turned !== lightnessOfGray8[gray[4 * (y * width + x)]!]) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });

  it('lets no stripe shine through the next', async () => {
    const [width, height] = [2048, 1100];
    const isBelow = (y: number) => y >= 1024;
    const pixel = (_x: number, y: number) => (isBelow(y) ? [0, 51] : [255, 255]);
    const plan = { width, height, colourType: PNG_COLOUR.grayAlpha, pixel };
    const { lightness, alpha } = (await decode(await buildPng(plan))).photograph;
    expect(new Set(alpha!.subarray(0, 1024 * width))).toEqual(new Set([255]));
    expect(new Set(alpha!.subarray(1024 * width))).toEqual(new Set([51]));
    expect(new Set(lightness.data.subarray(1024 * width))).toEqual(new Set([0]));
  });

  it.each([
    [1, 1],
    [30_000, 2],
    [2, 30_000],
    [65_535, 1],
  ])('opens %i × %i', async (width, height) => {
    const pixel = (x: number, y: number) => [(x + y) & 255];
    const png = await buildPng({ width, height, colourType: PNG_COLOUR.gray, pixel });
    const { lightness } = (await decode(png)).photograph;
    expect(lightness).toMatchObject({ width, height });
    expect(lightness.data.at(-1)).toBe(lightnessOfGray8[(width + height - 2) & 255]);
  });

  it('runs in a worker, and answers plain data', async () => {
    const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
    const decoder = wrap<Decoder>(worker);
    for (const { bytes, format, width, name } of files) {
      const value = { format, photograph: { lightness: { width } } };
      expect(await decoder.decode(new Blob([bytes])), name).toMatchObject({ ok: true, value });
    }
    const error = { code: 'input/unsupported-format' };
    expect(await decoder.decode(new Blob(['text']))).toMatchObject({ ok: false, error });
    worker.terminate();
  });
});
