import { crc32 } from '../../../src/image/metadata/crc32.ts';
import { ascii, bigEndian, deflate, joinBytes } from './byte-writer.ts';

/** PNG colour types. */
export const PNG_COLOUR = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const;

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Adam7: first column and row of each pass, and the steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export type PngPlan = {
  width: number;
  height: number;
  colourType: (typeof PNG_COLOUR)[keyof typeof PNG_COLOUR];
  bitDepth?: 8 | 16;
  /** Channel values of a pixel, 0–255 or 0–65535. */
  pixel: (x: number, y: number, frame: number) => readonly number[];
  /** RGB triples, for the palette type. */
  palette?: readonly (readonly number[])[];
  isInterlaced?: boolean;
  /** Chunks between the header and the pixels. */
  chunks?: readonly (readonly [type: string, data: Uint8Array | number[]])[];
  /** More than one makes an APNG. */
  frames?: number;
};

/** A PNG of drawn pixels. */
export async function buildPng(plan: PngPlan): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, colourType, bitDepth = 8, isInterlaced = false, frames = 1 } = plan;
  const parts = [
    signature(),
    pngChunk('IHDR', [
      ...bigEndian(width, 4),
      ...bigEndian(height, 4),
      bitDepth,
      colourType,
      0,
      0,
      isInterlaced ? 1 : 0,
    ]),
  ];
  for (const [type, data] of plan.chunks ?? []) parts.push(pngChunk(type, data));
  if (frames > 1) parts.push(pngChunk('acTL', [...bigEndian(frames, 4), ...bigEndian(0, 4)]));
  if (plan.palette) parts.push(pngChunk('PLTE', plan.palette.flat()));
  let sequence = 0;
  for (let frame = 0; frame < frames; frame++) {
    if (frames > 1) parts.push(pngChunk('fcTL', frameControl(width, height, sequence++)));
    const data = await deflate(scanlines(plan, frame));
    if (frame === 0) parts.push(pngChunk('IDAT', data));
    else parts.push(pngChunk('fdAT', joinBytes(bigEndian(sequence++, 4), data)));
  }
  parts.push(pngChunk('IEND', []));
  return joinBytes(...parts);
}

/** A PNG that claims a size which its few bytes of pixels do not fill. */
export async function buildPngBomb(
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = [...bigEndian(width, 4), ...bigEndian(height, 4), 8, PNG_COLOUR.rgb, 0, 0, 0];
  return joinBytes(
    signature(),
    pngChunk('IHDR', header),
    pngChunk('IDAT', await deflate(new Uint8Array(1024))),
    pngChunk('IEND', []),
  );
}

/** One chunk with its checksum. */
export function pngChunk(type: string, data: Uint8Array | number[]): Uint8Array<ArrayBuffer> {
  const body = joinBytes(ascii(type), data);
  return joinBytes(bigEndian(data.length, 4), body, bigEndian(crc32(body), 4));
}

function signature(): Uint8Array<ArrayBuffer> {
  return joinBytes(ascii('\x89PNG\r\n\x1a\n'));
}

/** Unfiltered rows, each begun by filter type 0; pass by pass where interlaced. */
function scanlines(plan: PngPlan, frame: number): Uint8Array<ArrayBuffer> {
  const { width, height, colourType, bitDepth = 8, isInterlaced = false } = plan;
  const rows: number[][] = [];
  for (const [x0, y0, dx, dy] of isInterlaced ? PASSES : ([[0, 0, 1, 1]] as const)) {
    if (x0 >= width) continue;
    for (let y = y0; y < height; y += dy) {
      const row = [0];
      for (let x = x0; x < width; x += dx) {
        const values = plan.pixel(x, y, frame).slice(0, CHANNELS[colourType]);
        for (const value of values) row.push(...bigEndian(value, bitDepth / 8));
      }
      rows.push(row);
    }
  }
  return joinBytes(...rows);
}

function frameControl(width: number, height: number, sequence: number): number[] {
  const size = [...bigEndian(width, 4), ...bigEndian(height, 4)];
  const delay = [...bigEndian(1, 2), ...bigEndian(10, 2)];
  return [...bigEndian(sequence, 4), ...size, ...bigEndian(0, 8), ...delay, 0, 0];
}
