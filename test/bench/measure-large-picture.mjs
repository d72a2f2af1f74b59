import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium, SOFTWARE_WEBGPU_FLAGS } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { EngineHost } from '../../src/cli/engine-host.mjs';
import { buildPage } from './build-page.mjs';
import { drawLargePng } from './draw-large-png.mjs';
import { memoryOfChildren, watchMemory } from './process-memory.mjs';

/** @import { LargeOnGpu } from './pages/large.ts' */

/** Sides of the squares: 25 and 100 megapixels. */
const SIDES = [5000, 10_000];

/** Chromium is still settling when its first page is there. */
const SETTLING_MS = 3000;

/** What a picture's pixels take at once: lightness of 16 bits, and RGBA in the browser's decoder or canvas. */
const PIXEL_BYTES = 2 + 4;

/** Side of the square that the network sees on WebGPU, which may be a software adapter: nothing else depends on it. */
const GPU_SIZE = 64;

/** Rows at the bottom that are looked at. */
const LAST_ROWS = 16;

/**
 * One size.
 * @typedef {object} LargePicture
 * @property {number} side of the square
 * @property {number} width of the saved picture
 * @property {number} height
 * @property {number} lastRowsColour mean distance of the highest channel from the lowest in the last
 *   rows, in 8-bit levels: 0 is gray
 * @property {number} aboveIdleBytes most memory of all of Chromium, its GPU process too, above idle
 * @property {number} pixelBytes of it, that the pixels take
 * @property {number} fileBytes of it: the file, and the saved one twice, by its encoder and as a Blob
 * @property {number} otherBytes of it: whatever else there is
 * @property {number} gpuBytes most bytes in GPU buffers where it is coloured on WebGPU instead
 * @property {object} ms
 */

/**
 * Memory of all of Chromium while pictures of 25 and 100 megapixels are opened, coloured on wasm and
 * saved as PNG at their own size.
 * @returns {Promise<{ pictures: LargePicture[], growthBytes: number }>} `growthBytes`: how much the
 *   larger took beyond its pixels and files, above what the smaller did
 */
export async function measureLargePicture() {
  const folder = await mkdtemp(join(tmpdir(), 'autochrome-large-'));
  try {
    const pictures = [];
    const gpuBytes = await gpuBytesOf(SIDES);
    for (const [i, side] of SIDES.entries()) {
      const input = join(folder, `${side}.png`);
      const output = join(folder, `${side}.coloured.png`);
      await pipeline(Readable.from(drawLargePng(side, side, crc32)), createWriteStream(input));
      const measured = await colorizeWatched(input, output, side);
      const lastRowsColour = await colourOfLastRows(output);
      pictures.push({ side, ...measured, lastRowsColour, gpuBytes: gpuBytes[i] ?? 0 });
    }
    const [first, last] = [pictures.at(0), pictures.at(-1)];
    return { pictures, growthBytes: (last?.otherBytes ?? 0) - (first?.otherBytes ?? 0) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {string} input
 * @param {string} output
 * @param {number} side
 */
async function colorizeWatched(input, output, side) {
  const host = new EngineHost({ wantsGpu: false });
  try {
    await host.openPage();
    await delay(SETTLING_MS);
    const idleBytes = await memoryOfChildren();
    const stop = watchMemory(50);
    const outcome = await host.colorizeFile({
      input,
      output,
      name: 'large.png',
      wish: { kind: 'auto', size: 'auto', device: 'wasm', wantsPreview: false },
      look: { strength: 1, saturation: 1 },
      format: 'png',
      quality: 1,
    });
    const { peakBytes } = await stop();
    if (!outcome.ok) throw new Error(outcome.error.message);
    const { width, height, ms } = outcome.value;
    const aboveIdleBytes = peakBytes - idleBytes;
    const pixelBytes = PIXEL_BYTES * side * side;
    const fileBytes = (await stat(input)).size + 2 * (await stat(output)).size;
    const otherBytes = aboveIdleBytes - pixelBytes - fileBytes;
    return { width, height, aboveIdleBytes, pixelBytes, fileBytes, otherBytes, ms };
  } finally {
    await host.close();
  }
}

/**
 * Most bytes in GPU buffers while pictures are opened, coloured and saved on WebGPU.
 * @param {number[]} sides
 */
async function gpuBytesOf(sides) {
  const site = await serveFolder(await buildPage('large'));
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, ...SOFTWARE_WEBGPU_FLAGS],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${site.address}large.html`);
    await page.waitForFunction(() => typeof globalThis.colorizeLarge === 'function');
    const bytes = [];
    for (const side of sides) {
      /** @type {LargeOnGpu} */
      const { backend, width, height, gpuBytes } = await page.evaluate(
        (wanted) => globalThis.colorizeLarge(wanted.side, wanted.size),
        { side, size: GPU_SIZE },
      );
      if (backend !== 'webgpu' || width !== side || height !== side) {
        throw new Error(`On WebGPU: ${width} × ${height} on ${backend}.`);
      }
      bytes.push(gpuBytes);
    }
    return bytes;
  } finally {
    await browser.close();
    await site.close();
  }
}

/**
 * Reads a saved picture in a Chromium of its own, so that it does not count.
 * @param {string} path
 */
async function colourOfLastRows(path) {
  const host = new EngineHost({ wantsGpu: false });
  try {
    const page = await host.openPage();
    return await page.evaluate(
      async ({ url, rows }) => {
        const bitmap = await createImageBitmap(await (await fetch(url)).blob());
        const canvas = new OffscreenCanvas(bitmap.width, rows);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        if (!context) throw new Error('no canvas');
        context.drawImage(bitmap, 0, rows - bitmap.height);
        const { data } = context.getImageData(0, 0, bitmap.width, rows);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [r = 0, g = 0, b = 0] = data.subarray(i, i + 3);
          sum += Math.max(r, g, b) - Math.min(r, g, b);
        }
        return sum / (data.length / 4);
      },
      { url: host.offer(path, '').inputUrl, rows: LAST_ROWS },
    );
  } finally {
    await host.close();
  }
}
