import { describe, expect, it } from 'vitest';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { drawScene } from '../../support/draw-scene.ts';
import { drawnFile } from '../../support/drawn-file.ts';
import { buildBmp } from '../../support/files/bmp.ts';
import { everyFile } from '../../support/files/every-file.ts';
import { REFUSED_HEADS, SVG_WITH_SCRIPT, TEXT } from '../../support/files/not-pictures.ts';
import { buildPng, buildPngBomb, PNG_COLOUR } from '../../support/files/png.ts';
import { buildTiff } from '../../support/files/tiff.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;

const files = await everyFile();

/** The error of a file, or null where it opens; anything but an AppError fails the test. */
async function refusalOf(bytes: BlobPart, type = ''): Promise<AppError | null> {
  try {
    await decodePhotograph(new Blob([bytes], { type }), UPRIGHT);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error;
  }
}

/** Lengths all over a file, its first and last bytes above all. */
function cutsOf(length: number): number[] {
  const all = Array.from({ length: 60 }, (_, i) => Math.floor((i * length) / 60));
  const ends = [0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 16, 20, 24, 25, 33, 54];
  return [...new Set([...ends, ...all, length - 4, length - 2, length - 1])].filter(
    (cut) => cut < length,
  );
}

describe('a damaged file', () => {
  it.each(files)('is refused wherever it is cut: $name', async ({ bytes }) => {
    for (const cut of cutsOf(bytes.length)) {
      const refusal = await refusalOf(bytes.slice(0, cut));
      expect(refusal?.code, `cut at ${cut} of ${bytes.length}`).toMatch(
        /^input\/(corrupt|unsupported-format)$/,
      );
    }
  });

  it.each(files)('gives a picture or a coded error, bytes changed: $name', async ({ bytes }) => {
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let at = 0; at < bytes.length; at += step) {
      const changed = bytes.slice();
      changed[at]! ^= 0xff;
      const refusal = await refusalOf(changed);
      if (refusal) expect(refusal.code, `changed at ${at}`).toMatch(/^input\//);
    }
  });

  it.each(['image/jpeg', 'image/webp', 'image/png'] as const)(
    'is refused as damaged where its lower part is missing: %s',
    async (type) => {
      const whole = await drawnFile(drawScene(300, 200), 300, type, 0.8);
      expect(await refusalOf(whole)).toBeNull();
      for (const share of [0.3, 0.6, 0.9, 0.999]) {
        const cut = whole.slice(0, Math.floor(whole.size * share));
        const refusal = await refusalOf(cut);
        expect(refusal?.code).toBe('input/corrupt');
        expect(refusal?.message).toMatch(/damaged or cut off.*\.$/);
      }
    },
  );

  it('is refused where it is empty', async () => {
    expect(await refusalOf(new Uint8Array())).toMatchObject({
      code: 'input/corrupt',
      message: 'This file is empty.',
    });
  });
});

describe('a file that is no photograph', () => {
  it.each(Object.entries(REFUSED_HEADS))(
    'gets a code and a sentence: %s',
    async (format, bytes) => {
      const refusal = await refusalOf(bytes, 'image/jpeg');
      expect(refusal).toMatchObject({ code: 'input/unsupported-format', detail: { format } });
      expect(refusal?.message).toMatch(/^This .*\.$/);
    },
  );

  it('is judged by its bytes, not by its name', async () => {
    const text = new File([TEXT], 'grandmother.jpg', { type: 'image/jpeg' });
    expect((await refusalOf(text))?.code).toBe('input/unsupported-format');
    const pixel = () => [128];
    const plan = { width: 2, height: 2, colourType: PNG_COLOUR.gray, pixel } as const;
    const png = new File([await buildPng(plan)], 'letter.txt', { type: 'text/plain' });
    expect(await refusalOf(png)).toBeNull();
  });

  it('runs no script', async () => {
    await refusalOf(SVG_WITH_SCRIPT, 'image/svg+xml');
    expect('svgScriptRan' in globalThis).toBe(false);
  });
});

describe('a picture that is too large', () => {
  it('is refused by its header, before anything is decoded', async () => {
    const bomb = await buildPngBomb(30_000, 30_000);
    const start = performance.now();
    const refusal = await refusalOf(bomb);
    expect(refusal).toMatchObject({
      code: 'input/too-large',
      detail: { width: 30_000, height: 30_000 },
    });
    expect(refusal?.message).toContain('30,000 × 30,000');
    // Decoding 900 megapixels takes seconds.
    expect(performance.now() - start).toBeLessThan(200);
  });

  it.each([
    [65_536, 1],
    [1, 65_536],
    [16_385, 16_384],
  ])('is refused: %i × %i', async (width, height) => {
    expect((await refusalOf(await buildPngBomb(width, height)))?.code).toBe('input/too-large');
  });

  it('that lacks most of its pixels is refused, in words that also name memory', async () => {
    const small = await refusalOf(await buildPngBomb(100, 100));
    expect(small?.message).toMatch(/^This file is damaged/);
    const large = await refusalOf(await buildPngBomb(9000, 8000));
    expect(large).toMatchObject({ code: 'input/corrupt', detail: { pixels: 72_000_000 } });
    expect(large?.message).toContain('too little memory for its 72 megapixels');
  });

  it.each(['bmp', 'tiff'])('is refused in a %s too', async (format) => {
    const page = { channels: 1, bitDepth: 8, photometric: 1, pixel: () => [1] } as const;
    const bytes =
      format === 'bmp'
        ? buildBmp(2, 2, () => [1, 2, 3])
        : await buildTiff([{ ...page, width: 2, height: 2, tags: [[256, 1_000_000]] }]);
    if (format === 'bmp') bytes.set([0x40, 0x42, 0x0f, 0], 18);
    expect((await refusalOf(bytes))?.code).toBe('input/too-large');
  });
});

describe('a job that is cancelled', () => {
  const scene = () => drawnFile(drawScene(2048, 1536), 2048, 'image/jpeg', 0.8);

  it('does not begin where the signal has fired', async () => {
    const signal = AbortSignal.abort();
    const job = decodePhotograph(await scene(), { ...UPRIGHT, signal });
    await expect(job).rejects.toMatchObject({ code: 'job/aborted' });
  });

  it.each(['the file is read', 'stripes are read'])('ends while %s', async (moment) => {
    const controller = new AbortController();
    const file = await scene();
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    let stripes = 0;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...args) {
      stripes++;
      controller.abort();
      return read.apply(this, args);
    };
    try {
      const job = decodePhotograph(file, { ...UPRIGHT, signal: controller.signal });
      if (moment === 'the file is read') controller.abort();
      await expect(job).rejects.toMatchObject({ code: 'job/aborted' });
      expect(stripes).toBe(moment === 'the file is read' ? 0 : 1);
    } finally {
      OffscreenCanvasRenderingContext2D.prototype.getImageData = read;
    }
  });
});
