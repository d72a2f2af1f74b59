import { ascii, joinBytes, littleEndian } from './byte-writer.ts';

const HEADERS_BYTES = 54;

/** A 24-bit BMP of drawn RGB pixels. */
export function buildBmp(
  width: number,
  height: number,
  pixel: (x: number, y: number) => readonly number[],
): Uint8Array<ArrayBuffer> {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const pixels = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Rows run from the bottom, channels from blue.
      const at = (height - 1 - y) * rowBytes + x * 3;
      pixels.set(pixel(x, y).slice(0, 3).toReversed(), at);
    }
  }
  const words = (...values: [value: number, bytes: number][]) =>
    values.flatMap(([value, bytes]) => littleEndian(value, bytes));
  return joinBytes(
    ascii('BM'),
    words([HEADERS_BYTES + pixels.length, 4], [0, 4], [HEADERS_BYTES, 4]),
    words([40, 4], [width, 4], [height, 4], [1, 2], [24, 2], [0, 4], [pixels.length, 4]),
    words([2835, 4], [2835, 4], [0, 4], [0, 4]),
    pixels,
  );
}
