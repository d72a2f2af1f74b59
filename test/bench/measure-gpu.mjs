import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { buildPage } from './build-page.mjs';

/** @import { GpuMeasurements } from './pages/gpu.ts' */

/**
 * Memory and speed of the default model on whatever WebGPU adapter headless Chromium has here.
 * @param {number[]} sizes
 * @param {('fp32' | 'fp16')[]} variants
 * @param {number} warmRuns of each
 * @returns {Promise<GpuMeasurements>}
 */
export async function measureGpu(sizes, variants, warmRuns) {
  const site = await serveFolder(await buildPage('gpu'));
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, '--enable-unsafe-webgpu'],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${site.address}gpu.html`);
    await page.waitForFunction(() => typeof globalThis.measureGpu === 'function');
    return await page.evaluate(
      (wanted) => globalThis.measureGpu(wanted.sizes, wanted.variants, wanted.warmRuns),
      { sizes, variants, warmRuns },
    );
  } finally {
    await browser.close();
    await site.close();
  }
}
