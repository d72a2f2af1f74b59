import { describe, expect, it } from 'vitest';
import { isComplete, readDimensions } from '../../../src/image/decode/dimensions.ts';
import { sniffFormat, type DecodableFormat } from '../../../src/image/decode/format.ts';
import { refusalOf } from '../../../src/image/decode/refused-formats.ts';
import { ascii, joinBytes, littleEndian } from '../../support/files/byte-writer.ts';
import { everyFile } from '../../support/files/every-file.ts';
import { buildJpeg } from '../../support/files/jpeg.ts';
import { REFUSED_HEADS } from '../../support/files/not-pictures.ts';
import { buildPngBomb } from '../../support/files/png.ts';
import { buildTiff } from '../../support/files/tiff.ts';

const files = await everyFile();

describe('a file that Autochrome opens', () => {
  it.each(files)('is known by its bytes: $name', ({ bytes, format, width, height, frames }) => {
    expect(sniffFormat(bytes)).toBe(format);
    expect(readDimensions(bytes, format)).toMatchObject({ width, height, frames });
    expect(isComplete(bytes, format)).toBe(true);
    expect(refusalOf(format)).toBeNull();
  });

  it.each(files)('never breaks the reader, cut anywhere: $name', ({ bytes, format, width }) => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      sniffFormat(cut);
      const header = readDimensions(cut, format);
      if (header) expect(header.width).toBe(width);
      // A TIFF has no end; its strips are checked where they are read.
      if (format !== 'tiff') expect(isComplete(cut, format)).toBe(false);
    }
  });

  it.each(files)('never breaks the reader, bytes changed: $name', ({ bytes, format }) => {
    for (let at = 0; at < Math.min(bytes.length, 600); at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        sniffFormat(changed);
        readDimensions(changed, format);
        isComplete(changed, format);
      }
    }
  });

  it('tells depth and CMYK', async () => {
    const block = () => [0, 0, 0, 0];
    const cmyk = buildJpeg({ blocksWide: 1, blocksHigh: 1, channels: 4, block });
    expect(readDimensions(cmyk, 'jpeg')).toMatchObject({ isCmyk: true, bitDepth: 8 });
    const deep = files.find(({ name }) => name === 'PNG, gray, 16 bits')!;
    expect(readDimensions(deep.bytes, 'png')).toMatchObject({ isCmyk: false, bitDepth: 16 });
  });

  it('reads the three kinds of WebP', () => {
    const webp = (kind: string, data: number[]) =>
      joinBytes(
        ascii('RIFF'),
        littleEndian(12 + data.length, 4),
        ascii(`WEBP${kind}`),
        littleEndian(data.length, 4),
        data,
      );
    const size = (width: number, height: number) => ({ width, height, frames: 1 });
    const lossy = webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 0x2c, 0x41, 0xc8, 0]);
    expect(readDimensions(lossy, 'webp')).toMatchObject(size(300, 200));
    const bits = 299 | (199 << 14);
    const lossless = webp('VP8L', [0x2f, ...littleEndian(bits, 4)]);
    expect(readDimensions(lossless, 'webp')).toMatchObject(size(300, 200));
    const canvas = [0, 0, 0, 0, ...littleEndian(299, 3), ...littleEndian(70_000, 3)];
    const extended = webp('VP8X', canvas);
    expect(readDimensions(extended, 'webp')).toMatchObject(size(300, 70_001));
    for (const file of [lossy, lossless, extended]) {
      expect(sniffFormat(file)).toBe('webp');
      expect(isComplete(file, 'webp')).toBe(true);
      expect(isComplete(file.slice(0, -1), 'webp')).toBe(false);
    }
  });
});

describe('completeness', () => {
  const whole = (kind: string) => files.find(({ name }) => name === kind)!;

  it('does not take the end of a thumbnail for the end of the picture', () => {
    const { bytes } = whole('JPEG, with a thumbnail');
    expect(isComplete(bytes.slice(0, -2), 'jpeg')).toBe(false);
    expect(isComplete(bytes, 'jpeg')).toBe(true);
  });

  it('does not mind bytes after the end', () => {
    for (const format of ['jpeg', 'png', 'gif', 'bmp', 'avif'] as DecodableFormat[]) {
      const { bytes } = files.find((file) => file.format === format)!;
      const longer = joinBytes(bytes, format === 'avif' ? [0, 0, 0, 8, ...ascii('free')] : TRAILER);
      expect(isComplete(longer, format), format).toBe(true);
    }
  });

  it('sees a damaged pixel chunk of a PNG by its checksum', () => {
    const { bytes } = whole('PNG, RGB');
    const damaged = bytes.slice();
    damaged[bytes.length - 30]! ^= 1;
    expect(isComplete(damaged, 'png')).toBe(false);
  });
});

const TRAILER = [1, 2, 3, 4];

describe('sizes', () => {
  it('reads what a bomb claims', async () => {
    const bomb = await buildPngBomb(30_000, 30_000);
    expect(bomb.length).toBeLessThan(200);
    expect(readDimensions(bomb, 'png')).toMatchObject({ width: 30_000, height: 30_000 });
  });

  it('refuses sides of zero', async () => {
    expect(readDimensions(await buildPngBomb(0, 10), 'png')).toBeNull();
  });

  it('takes the first full page of a TIFF, not its thumbnail', async () => {
    const page = { channels: 1, bitDepth: 8, photometric: 1, pixel: () => [9] } as const;
    const bytes = await buildTiff([
      { ...page, width: 4, height: 2, isReduced: true },
      { ...page, width: 40, height: 20 },
    ]);
    expect(readDimensions(bytes, 'tiff')).toMatchObject({ width: 40, height: 20, frames: 1 });
  });

  it('ends where a chain of TIFF pages loops', async () => {
    const page = { width: 4, height: 2, channels: 1, bitDepth: 8, photometric: 1 } as const;
    const bytes = await buildTiff([{ ...page, pixel: () => [9] }]);
    bytes.set(bytes.slice(4, 8), bytes.length - 4);
    expect(readDimensions(bytes, 'tiff')).toMatchObject({ width: 4, height: 2, frames: 1 });
  });
});

describe('a file that Autochrome does not open', () => {
  it.each(Object.entries(REFUSED_HEADS))('is known and has a sentence: %s', (format, bytes) => {
    expect(sniffFormat(bytes)).toBe(format);
    expect(refusalOf(sniffFormat(bytes))).toMatch(/^This .*\.$/);
  });

  it('knows a DNG by its tag', async () => {
    const dng = await buildTiff([
      {
        width: 4,
        height: 2,
        channels: 1,
        bitDepth: 8,
        photometric: 1,
        pixel: () => [9],
        tags: [[50706, 1]],
      },
    ]);
    expect(sniffFormat(dng)).toBe('raw');
  });

  it('does not take text that begins with BM for a bitmap, nor an empty file for anything', () => {
    expect(sniffFormat(joinBytes(ascii('BMW, a letter about a car')))).toBe('unknown');
    expect(sniffFormat(new Uint8Array())).toBe('unknown');
  });
});
