import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { distFolder } from '../../scripts/build.mjs';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { FileExchange } from '../../src/cli/file-exchange.mjs';

/** @import { Page } from 'playwright-core' */

/**
 * What the server sends for the model at a first visit and, after a restart of the browser, at a second.
 * @returns {Promise<{ firstVisitWeightBytes: number, secondVisitWeightBytes: number, secondVisitModelRequests: string[] }>}
 */
export async function measureSecondVisit() {
  const folder = await mkdtemp(join(tmpdir(), 'autochrome-visits-'));
  const exchange = new FileExchange();
  /** @type {{ path: string, bytes: () => number }[]} */
  const asked = [];
  const site = await serveFolder(distFolder, {
    route: (request, response) => {
      const path = request.url ?? '';
      const before = request.socket.bytesWritten;
      let bytes = 0;
      response.on('close', () => (bytes = request.socket.bytesWritten - before));
      if (path.startsWith('/models/')) asked.push({ path, bytes: () => bytes });
      return exchange.answer(request, response);
    },
  });
  try {
    const visit = async () => {
      asked.length = 0;
      await colorizeOnce(
        join(folder, 'profile'),
        site.address,
        exchange.offer('', join(folder, 'out.png')).outputUrl,
      );
      const weights = asked.filter(({ path }) => /\.(bin|onnx)$/.test(path));
      return {
        bytes: weights.reduce((sum, { bytes }) => sum + bytes(), 0),
        paths: asked.map(({ path }) => path),
      };
    };
    const first = await visit();
    const second = await visit();
    return {
      firstVisitWeightBytes: first.bytes,
      secondVisitWeightBytes: second.bytes,
      secondVisitModelRequests: second.paths,
    };
  } finally {
    await site.close();
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {string} profile folder of the browser's user
 * @param {string} address
 * @param {string} outputUrl
 */
async function colorizeOnce(profile, address, outputUrl) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    args: CHROMIUM_FLAGS,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${address}engine.html`);
    await page.waitForFunction(() => globalThis.autochromeEngine !== undefined);
    await colorizeDrawn(page, outputUrl);
  } finally {
    await context.close();
  }
}

/**
 * @param {Page} page
 * @param {string} outputUrl
 */
async function colorizeDrawn(page, outputUrl) {
  const outcome = await page.evaluate(async (url) => {
    const canvas = new OffscreenCanvas(64, 64);
    canvas.getContext('2d')?.fillRect(8, 8, 32, 32);
    const drawn = URL.createObjectURL(await canvas.convertToBlob());
    return globalThis.autochromeEngine?.colorizeFile({
      inputUrl: drawn,
      name: 'drawn.png',
      outputUrl: url,
      wish: { kind: 'auto', size: 128, device: 'wasm', wantsPreview: false },
      look: { strength: 1, saturation: 1 },
      format: 'png',
      quality: 1,
    });
  }, outputUrl);
  if (!outcome?.ok) throw new Error(outcome?.error.message ?? 'The engine is not there.');
}
