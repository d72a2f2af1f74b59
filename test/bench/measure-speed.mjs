import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { buildPage } from './build-page.mjs';

/** @import { SpeedSamples } from './pages/speed.ts' */

/** Side of the square that the network sees. */
const SIZE = 256;

/**
 * Warm inference of the engine and of bare onnxruntime-web, interleaved in one page, on wasm.
 * @param {number} runs of each
 * @returns {Promise<SpeedSamples & { engineMedianMs: number, bareMedianMs: number, ratio: number }>}
 */
export async function measureSpeed(runs) {
  const site = await serveFolder(await buildPage('speed'));
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: CHROMIUM_FLAGS,
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error.message));
    await page.goto(`${site.address}speed.html`);
    await page.waitForFunction(() => typeof globalThis.measureSpeed === 'function');
    const samples = await page.evaluate(({ size, count }) => globalThis.measureSpeed(size, count), {
      size: SIZE,
      count: runs,
    });
    const [engineMedianMs, bareMedianMs] = [median(samples.engine), median(samples.bare)];
    return { ...samples, engineMedianMs, bareMedianMs, ratio: engineMedianMs / bareMedianMs };
  } finally {
    await browser.close();
    await site.close();
  }
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = 0, above = 0] = [sorted[middle - (sorted.length % 2 ? 0 : 1)], sorted[middle]];
  return (below + above) / 2;
}
