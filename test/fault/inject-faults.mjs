import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';
import {
  CHROMIUM_FLAGS,
  ensureChromium,
  GPU_FLAGS,
  SOFTWARE_WEBGPU_FLAGS,
} from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { buildPage } from '../bench/build-page.mjs';

/** @import { Page } from 'playwright-core' */
/** @import { FaultEntry } from './kinds.ts' */
/** @import { FaultWish } from './pages/faults.ts' */
/** @import * as TinyModels from './tiny-models.ts' */
/** @import { SmallDeviceReport } from './pages/small-device.ts' */

const PAGES = fileURLToPath(new URL('pages', import.meta.url));
const TINY_MODELS = fileURLToPath(new URL('tiny-models.ts', import.meta.url));

/**
 * Builds the page that injects faults, and the models of its samplers beside it.
 * @returns {Promise<string>} the folder to serve
 */
export async function buildFaultPage() {
  const folder = await buildPage('faults', PAGES);
  const options = {
    configFile: /** @type {const} */ (false),
    logLevel: /** @type {const} */ ('warn'),
  };
  /** @type {{ module: typeof TinyModels }} */
  const { module } = await runnerImport(TINY_MODELS, options);
  await module.writeTinyModels(join(folder, 'tiny-models'));
  return folder;
}

/**
 * Runs batches of photographs under faults, all in one page.
 * @param {FaultWish & { wantsGpu: boolean, onEntry: (entry: FaultEntry) => void }} wish
 * @returns {Promise<FaultEntry[]>}
 * @throws {Error} where it fails without a fault, or the page was reloaded or crashed
 */
export function injectFaults({ onEntry, wantsGpu, ...wish }) {
  return inFaultPage(wantsGpu, async (page) => {
    await page.exposeFunction('heardOfFault', onEntry);
    // A reload would end this call.
    return page.evaluate((wanted) => globalThis.injectFaults(wanted), wish);
  });
}

/**
 * Colours a photograph where one binding holds 128 MiB and all buffers together 300 MB.
 * @param {{ size: number, wantsGpu: boolean }} wish
 * @returns {Promise<SmallDeviceReport>}
 */
export function colorizeOnSmallDevice({ size, wantsGpu }) {
  return inFaultPage(wantsGpu, (page) =>
    page.evaluate((wanted) => globalThis.colorizeOnSmallDevice(wanted), size),
  );
}

/**
 * @template T
 * @param {boolean} wantsGpu
 * @param {(page: Page) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inFaultPage(wantsGpu, work) {
  const site = await serveFolder(await buildFaultPage());
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, ...(wantsGpu ? GPU_FLAGS : SOFTWARE_WEBGPU_FLAGS)],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${site.address}faults.html`);
    await page.waitForFunction(() => typeof globalThis.injectFaults === 'function');
    return await work(page);
  } finally {
    await browser.close();
    await site.close();
  }
}
