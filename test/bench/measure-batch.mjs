import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium, GPU_FLAGS } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { buildPage } from './build-page.mjs';

/** @import { BatchSamples, BatchWish } from './pages/batch.ts' */

/**
 * A batch through the command line's conveyor, three files under way against one at a time, in one page.
 * @param {BatchWish} wish
 * @returns {Promise<BatchSamples & { ratio: number }>} `ratio`: overlapped to one at a time, by the fastest round of each
 */
export async function measureBatch(wish) {
  const site = await serveFolder(await buildPage('batch'));
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: wish.device === 'wasm' ? CHROMIUM_FLAGS : [...CHROMIUM_FLAGS, ...GPU_FLAGS],
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error.message));
    await page.goto(`${site.address}batch.html`);
    await page.waitForFunction(() => typeof globalThis.measureBatch === 'function');
    const samples = await page.evaluate((wanted) => globalThis.measureBatch(wanted), wish);
    const { oneAtATime, overlapped } = samples;
    // The fastest round of each is the least disturbed by what else the machine does.
    const ratio = Math.min(...overlapped.batches) / Math.min(...oneAtATime.batches);
    return { ...samples, ratio };
  } finally {
    await browser.close();
    await site.close();
  }
}
