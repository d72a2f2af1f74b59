import { ascii, joinBytes, littleEndian } from './byte-writer.ts';

const MIN_CODE_SIZE = 7;
const CLEAR = 128;
const END = 129;
/** Codes stay 8 bits wide as long as the table is cleared before it reaches 256 entries. */
const CODES_BETWEEN_CLEARS = 100;

/** An animated GIF of drawn frames; pixels are indices 0–127 into a palette of 128. */
export function buildGif(
  width: number,
  height: number,
  frames: number,
  palette: readonly (readonly number[])[],
  index: (x: number, y: number, frame: number) => number,
): Uint8Array<ArrayBuffer> {
  const colours = Array.from({ length: 128 }, (_, i) => palette[i] ?? [0, 0, 0]).flat();
  const size = [...littleEndian(width, 2), ...littleEndian(height, 2)];
  const parts: (Uint8Array | number[])[] = [ascii('GIF89a'), size, [0xf6, 0, 0], colours];
  for (let frame = 0; frame < frames; frame++) {
    const codes = Array.from({ length: width * height }, (_, i) =>
      index(i % width, Math.floor(i / width), frame),
    );
    parts.push([0x21, 0xf9, 4, 4, 10, 0, 0, 0], [0x2c, 0, 0, 0, 0], size, [0, MIN_CODE_SIZE]);
    parts.push(subBlocks(uncompressed(codes)), [0]);
  }
  return joinBytes(...parts, [0x3b]);
}

/** LZW without compression: every pixel its own code of 8 bits, the table cleared in time. */
function uncompressed(pixels: number[]): number[] {
  const bytes: number[] = [];
  pixels.forEach((pixel, i) => {
    if (i % CODES_BETWEEN_CLEARS === 0) bytes.push(CLEAR);
    bytes.push(pixel);
  });
  return [...bytes, END];
}

function subBlocks(bytes: number[]): number[] {
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return blocks;
}
