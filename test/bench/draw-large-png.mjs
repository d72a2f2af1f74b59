const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Rows that are drawn before the file takes them. */
const ROWS_EACH = 64;
/** Grain repeats after so many pixels, which is farther than deflate looks back. */
const GRAIN = 65_521;

/**
 * A gray photograph drawn by code as a PNG, row by row, so that its pixels never are in memory whole: bright
 * sky over dark hills, with grain everywhere, since flat areas would cost little. Runs in node and in a page.
 * @param {number} width
 * @param {number} height
 * @param {(bytes: Uint8Array) => number} crc32
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>} the file's parts, in order
 */
export async function* drawLargePng(width, height, crc32) {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // Eight bits, gray.
  header.setUint8(8, 8);
  yield Uint8Array.from(SIGNATURE);
  yield chunk('IHDR', new Uint8Array(header.buffer), crc32);
  const reader = deflated(rowsOf(width, height)).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield chunk('IDAT', part.value, crc32);
  }
  yield chunk('IEND', new Uint8Array(), crc32);
}

/** @param {Iterator<Uint8Array<ArrayBuffer>>} rows */
function deflated(rows) {
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  const drawn = new ReadableStream({
    pull(controller) {
      const next = rows.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  return drawn.pipeThrough(new CompressionStream('deflate'));
}

/**
 * Unfiltered rows, several at a time.
 * @param {number} width
 * @param {number} height
 * @returns {Generator<Uint8Array<ArrayBuffer>>}
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
    const bytes = new Uint8Array(rows * (width + 1));
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
 * @param {Uint8Array} data
 * @param {(bytes: Uint8Array) => number} crc32
 */
function chunk(type, data, crc32) {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
