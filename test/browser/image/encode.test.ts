import { describe, expect, it } from 'vitest';
import { lightnessOfGray8 } from '../../../src/image/colour/lab.ts';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import type { PictureStripe } from '../../../src/image/encode/encode-picture.ts';
import { markAsMachineColoured } from '../../../src/image/metadata/mark.ts';
import { drawScene } from '../../support/draw-scene.ts';
import { encodeStripes } from '../../support/encode-stripes.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;

/** Stripes of `rows` rows, each a copy. */
async function* stripesOf(
  rgba: Uint8ClampedArray,
  width: number,
  rows: number,
): AsyncGenerator<PictureStripe> {
  const height = rgba.length / 4 / width;
  for (let y = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y);
    yield { y, height: count, rgba: rgba.slice(y * width * 4, (y + count) * width * 4) };
  }
}

const pixelsOf = async (blob: Blob) => {
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
};

/** Follows the canvases that are made until it is called. */
function canvasesMade(): () => OffscreenCanvas[] {
  const made: OffscreenCanvas[] = [];
  const Real = globalThis.OffscreenCanvas;
  globalThis.OffscreenCanvas = class extends Real {
    constructor(width: number, height: number) {
      super(width, height);
      made.push(this);
    }
  };
  return () => {
    globalThis.OffscreenCanvas = Real;
    return made;
  };
}

describe('encodePicture', () => {
  it('writes a PNG whose pixels are those of the stripes', async () => {
    const scene = drawScene(90, 61);
    const source = { width: 90, height: 61, stripes: stripesOf(scene, 90, 16) };
    const blob = await encodeStripes(source, 'png', 1);
    expect(blob.type).toBe('image/png');
    expect(await pixelsOf(blob)).toEqual(scene);
  });

  it('writes a JPEG near the stripes, smaller at a lower quality', async () => {
    const scene = drawScene(90, 61);
    const at = (quality: number) =>
      encodeStripes({ width: 90, height: 61, stripes: stripesOf(scene, 90, 61) }, 'jpeg', quality);
    const [fine, coarse] = [await at(0.95), await at(0.4)];
    expect(fine.type).toBe('image/jpeg');
    expect(coarse.size).toBeLessThan(fine.size * 0.7);
    const pixels = await pixelsOf(fine);
    const error = pixels.reduce((sum, value, i) => sum + Math.abs(value - scene[i]!), 0);
    expect(error / pixels.length).toBeLessThan(5);
  });

  it('keeps alpha in a PNG, and puts white behind a JPEG', async () => {
    const rgba = Uint8ClampedArray.of(10, 20, 30, 255, 255, 0, 0, 0, 0, 0, 0, 128);
    const source = () => ({ width: 3, height: 1, isOpaque: false, stripes: stripesOf(rgba, 3, 1) });
    const png = await pixelsOf(await encodeStripes(source(), 'png', 1));
    expect([png[3], png[7], png[11]]).toEqual([255, 0, 128]);
    expect([...png.subarray(0, 3)]).toEqual([10, 20, 30]);
    const wide = new Uint8ClampedArray(16 * 16 * 4);
    const stripes = stripesOf(wide, 16, 16);
    const jpeg = await encodeStripes(
      { width: 16, height: 16, isOpaque: false, stripes },
      'jpeg',
      1,
    );
    expect(new Set(await pixelsOf(jpeg))).toEqual(new Set([255]));
  });

  it.each([
    [70_000, 10],
    [16_385, 16_385],
  ])('says so where no canvas is that large: %i × %i', async (width, height) => {
    const job = encodeStripes(
      { width, height, stripes: stripesOf(drawScene(1, 1), 1, 1) },
      'png',
      1,
    );
    await expect(job).rejects.toMatchObject({ code: 'output/failed' });
  });

  it('passes on what the stripes throw, and frees what was drawn', async () => {
    const canvases = canvasesMade();
    // eslint-disable-next-line require-yield
    async function* failing(): AsyncGenerator<PictureStripe> {
      throw new Error('the stripes failed');
    }
    const job = encodeStripes({ width: 4, height: 4, stripes: failing() }, 'png', 1);
    await expect(job).rejects.toThrow('the stripes failed');
    expect(canvases().map(({ width }) => width)).toEqual([0]);
  });

  it.each(['png', 'jpeg'] as const)('opens again once marked: %s', async (format) => {
    const gray = new Uint8ClampedArray(40 * 24 * 4).fill(120);
    for (let i = 3; i < gray.length; i += 4) gray[i] = 255;
    const source = { width: 40, height: 24, stripes: stripesOf(gray, 40, 10) };
    const blob = await encodeStripes(source, format, 0.9);
    const marked = await markAsMachineColoured(blob, format, {
      model: 'm',
      version: '1',
      made: 'size 256, int8 on WebGPU',
    });
    expect(marked.size).toBeGreaterThan(blob.size + 500);
    expect(marked.type).toBe(`image/${format}`);
    const { photograph } = await decodePhotograph(marked, UPRIGHT);
    expect(new Set(photograph.lightness.data)).toEqual(new Set([lightnessOfGray8[120]]));
  });
});
