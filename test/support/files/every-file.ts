import { AVIF_FILE } from './avif.ts';
import { buildBmp } from './bmp.ts';
import { buildGif } from './gif.ts';
import { buildJpeg } from './jpeg.ts';
import { packLzw } from './lzw.ts';
import { packBits } from './packbits.ts';
import { buildPng, PNG_COLOUR } from './png.ts';
import { buildTiff } from './tiff.ts';

/** A small whole file, and what its header says. */
export type SampleFile = {
  name: string;
  format: 'jpeg' | 'png' | 'gif' | 'avif' | 'bmp' | 'tiff';
  bytes: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
  frames: number;
};

/** One file of every kind that code here can draw; browsers draw WebP themselves. */
export async function everyFile(): Promise<SampleFile[]> {
  const [width, height] = [24, 16];
  const gray = (x: number, y: number) => [(x * 9 + y * 3) & 255];
  const gray16 = (x: number, y: number) => [x * 2500 + y * 11];
  const rgb = (x: number, y: number) => [x * 10, y * 15, 128];
  const palette = [
    [250, 20, 20],
    [20, 250, 20],
    [20, 20, 250],
  ];
  const size = { width, height };
  const jpeg = { blocksWide: 3, blocksHigh: 2, block: (x: number) => [x * 80, 60, 200, 255] };
  const tiff = { ...size, channels: 1, photometric: 1 };
  const files: [SampleFile['format'], string, Uint8Array<ArrayBuffer>, frames?: number][] = [
    ['jpeg', 'gray', buildJpeg({ ...jpeg, channels: 1 })],
    ['jpeg', 'RGB', buildJpeg({ ...jpeg, channels: 3 })],
    ['jpeg', 'CMYK', buildJpeg({ ...jpeg, channels: 4 })],
    ['jpeg', 'with a thumbnail', buildJpeg({ ...jpeg, channels: 3, hasThumbnail: true })],
    ['png', 'gray', await buildPng({ ...size, colourType: PNG_COLOUR.gray, pixel: gray })],
    [
      'png',
      'gray, 16 bits',
      await buildPng({ ...size, colourType: PNG_COLOUR.gray, bitDepth: 16, pixel: gray16 }),
    ],
    [
      'png',
      'gray and alpha',
      await buildPng({
        ...size,
        colourType: PNG_COLOUR.grayAlpha,
        pixel: (x, y) => [x * 9, y * 16],
      }),
    ],
    ['png', 'RGB', await buildPng({ ...size, colourType: PNG_COLOUR.rgb, pixel: rgb })],
    [
      'png',
      'RGB, 16 bits, interlaced',
      await buildPng({
        ...size,
        colourType: PNG_COLOUR.rgb,
        bitDepth: 16,
        isInterlaced: true,
        pixel: (x, y) => rgb(x, y).map((value) => value * 257),
      }),
    ],
    [
      'png',
      'palette',
      await buildPng({ ...size, colourType: PNG_COLOUR.palette, palette, pixel: (x) => [x % 3] }),
    ],
    [
      'png',
      'animated',
      await buildPng({
        ...size,
        colourType: PNG_COLOUR.gray,
        frames: 3,
        pixel: (_x, _y, frame) => [40 + 60 * frame],
      }),
      3,
    ],
    ['gif', 'animated', buildGif(width, height, 2, palette, (x, _y, frame) => (x + frame) % 3), 2],
    ['bmp', '24 bits', buildBmp(width, height, rgb)],
    ['tiff', 'gray', await buildTiff([{ ...tiff, bitDepth: 8, pixel: gray }])],
    [
      'tiff',
      'gray, 16 bits, two pages',
      await buildTiff([
        { ...tiff, bitDepth: 16, pixel: gray16 },
        { ...tiff, bitDepth: 16, pixel: gray16 },
      ]),
      2,
    ],
    [
      'tiff',
      'RGB, deflated, big-endian',
      await buildTiff(
        [{ ...size, channels: 3, photometric: 2, bitDepth: 16, isDeflated: true, pixel: rgb }],
        false,
      ),
    ],
    [
      'tiff',
      'tiles, channels apart, LZW',
      await buildTiff([
        {
          ...size,
          channels: 3,
          photometric: 2,
          bitDepth: 8,
          tile: [16, 16],
          isPlanar: true,
          packing: { compression: 5, pack: packLzw },
          pixel: rgb,
        },
      ]),
    ],
    [
      'tiff',
      'PackBits',
      await buildTiff([
        { ...tiff, bitDepth: 8, packing: { compression: 32773, pack: packBits }, pixel: gray },
      ]),
    ],
    [
      'tiff',
      'JPEG',
      await buildTiff([
        {
          ...tiff,
          bitDepth: 8,
          packing: { compression: 7, pack: () => buildJpeg({ ...jpeg, channels: 1 }) },
          pixel: gray,
        },
      ]),
    ],
  ];
  return [
    { name: 'AVIF', format: 'avif', bytes: AVIF_FILE, width: 48, height: 32, frames: 1 },
    ...files.map(([format, kind, bytes, frames = 1]) => ({
      name: `${format.toUpperCase()}, ${kind}`,
      format,
      bytes,
      frames,
      ...size,
    })),
  ];
}
