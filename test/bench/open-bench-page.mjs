import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';

/** @import { BenchReport } from '../../src/bench/bench.ts' */

/**
 * Opens the built bench.html in Chromium here and waits for what it measured.
 * @param {Record<string, string>} wanted what its address says; see src/bench/bench.ts
 * @param {(line: string) => void} onProgress
 * @returns {Promise<BenchReport>}
 */
export async function openBenchPage(wanted, onProgress) {
  const site = await serveFolder('dist');
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, '--enable-unsafe-webgpu'],
  });
  try {
    const page = await browser.newPage();
    await page.route('**/progress', async (route) => {
      onProgress(route.request().postData() ?? '');
      await route.fulfill({ status: 204 });
    });
    const result = page.waitForRequest('**/result', { timeout: 0 });
    await page.route('**/result', (route) => route.fulfill({ status: 204 }));
    const query = new URLSearchParams({ ...wanted, post: '' });
    await page.goto(`${site.address}bench.html?${query}`);
    return JSON.parse((await result).postData() ?? '{}');
  } finally {
    await browser.close();
    await site.close();
  }
}
