import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, crc32, createDeflate } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Rows that are drawn before the file takes them. */
const ROWS_EACH = 64;
/** Grain repeats after so many pixels, which is farther than deflate looks back. */
const GRAIN = 65_521;

/**
 * Writes a gray photograph drawn by code, row by row, so that it never is in memory whole: bright sky
 * over dark hills, with grain everywhere, since flat areas would cost little.
 * @param {string} path of the PNG
 * @param {number} width
 * @param {number} height
 */
export async function drawLargePng(path, width, height) {
  const deflate = createDeflate({ level: constants.Z_BEST_SPEED });
  await pipeline(Readable.from(chunksOf(width, height, deflate)), createWriteStream(path));
}

/**
 * @param {number} width
 * @param {number} height
 * @param {import('node:zlib').Deflate} deflate
 */
async function* chunksOf(width, height, deflate) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, gray.
  header.set([8, 0, 0, 0, 0], 8);
  yield SIGNATURE;
  yield chunk('IHDR', header);
  Readable.from(rowsOf(width, height)).pipe(deflate);
  for await (const data of deflate) yield chunk('IDAT', data);
  yield chunk('IEND', Buffer.alloc(0));
}

/**
 * Unfiltered rows, several at a time.
 * @param {number} width
 * @param {number} height
 */
function* rowsOf(width, height) {
  const hills = Float64Array.from({ length: width }, (_, x) => {
    const u = x / width;
    return 0.55 + 0.08 * Math.sin(u * 9) + 0.04 * Math.sin(u * 23);
  });
  const grain = Int8Array.from({ length: GRAIN }, (_, i) => {
    const hash = Math.imul(i ^ (i >>> 7), 0x9e3779b1);
    return ((hash >>> 24) % 17) - 8;
  });
  for (let top = 0; top < height; top += ROWS_EACH) {
    const rows = Math.min(ROWS_EACH, height - top);
    const bytes = Buffer.alloc(rows * (width + 1));
    for (let y = top, at = 0; y < top + rows; y++) {
      const v = y / height;
      const shift = (y * 40_503) % GRAIN;
      // The filter's byte stays 0.
      at++;
      for (let x = 0; x < width; x++, at++) {
        const hill = /** @type {number} */ (hills[x]);
        const level = v > hill ? 110 - 60 * (v - hill) : 225 - 60 * v;
        bytes[at] = level + /** @type {number} */ (grain[(x + shift) % GRAIN]);
      }
    }
    yield bytes;
  }
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
