import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium, GPU_FLAGS } from '../../../scripts/chromium.mjs';
import { sendFile, serveFolder } from '../../../scripts/static-server.mjs';
import { FileExchange } from '../../../src/cli/file-exchange.mjs';
import { buildPage } from '../build-page.mjs';

/**
 * @import { Browser, Page } from 'playwright-core'
 * @import { Outcome } from '../../../src/shared/outcome.ts'
 * @import { ColorizeWish } from '../../../src/worker/protocol.ts'
 * @import { EvaluationPageApi } from '../pages/evaluate.ts'
 * @import { EvaluationWish } from './evaluate-photograph.ts'
 */

/** Where a model folder that is evaluated in place of the default is served. */
const MODEL_PATH = '/models/evaluated/';

/**
 * The page that evaluates ({@link EvaluationPageApi}), with the engine built as the app's is, in a headless
 * Chromium of its own.
 */
export class EvaluationHost {
  #exchange = new FileExchange();
  /** @type {Awaited<ReturnType<typeof serveFolder>>} */
  #site;
  /** @type {Browser} */
  #browser;
  /** @type {Page} */
  #page;

  /**
   * @param {Awaited<ReturnType<typeof serveFolder>>} site
   * @param {Browser} browser
   * @param {Page} page
   * @param {FileExchange} exchange
   */
  constructor(site, browser, page, exchange) {
    this.#site = site;
    this.#browser = browser;
    this.#page = page;
    this.#exchange = exchange;
  }

  /**
   * @param {{ wantsGpu: boolean, model: string | null, perceptual: string | null, wantsSheet: boolean }} options
   *   `model`: a packed model folder in place of the shipped one; `perceptual`: an ONNX network
   * @returns {Promise<EvaluationHost>}
   */
  static async open({ wantsGpu, model, perceptual, wantsSheet }) {
    const exchange = new FileExchange();
    const catalogue = model && (await catalogueOf(model));
    const site = await serveFolder(await buildPage('evaluate'), {
      async route(request, response) {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (model && path === '/models/catalogue.json') {
          response.writeHead(200, { 'Content-Type': 'application/json' }).end(catalogue);
          return true;
        }
        if (model && path.startsWith(MODEL_PATH) && !path.includes('..')) {
          await sendFile(request, response, join(model, path.slice(MODEL_PATH.length)), 'no-store');
          return true;
        }
        return exchange.answer(request, response);
      },
    });
    const browser = await chromium.launch({
      executablePath: await ensureChromium(),
      args: wantsGpu ? [...CHROMIUM_FLAGS, ...GPU_FLAGS] : CHROMIUM_FLAGS,
    });
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error.message));
    await page.goto(`${site.address}evaluate.html`);
    await page.waitForFunction(() => globalThis.evaluation !== undefined);
    const host = new EvaluationHost(site, browser, page, exchange);
    if (perceptual) {
      const { inputUrl } = exchange.offer(perceptual, '');
      await page.evaluate((url) => globalThis.evaluation.usePerceptual(url), inputUrl);
    }
    if (wantsSheet) await page.evaluate(() => globalThis.evaluation.beginSheet());
    return host;
  }

  /**
   * @param {string} path of a photograph
   * @param {string} name for errors and captions
   * @param {EvaluationWish} wish
   * @throws {Error} where the engine fails, naming the photograph
   */
  async evaluate(path, name, wish) {
    const { inputUrl: url, forget } = this.#exchange.offer(path, '');
    const outcome = await this.#page.evaluate(
      ([photograph, wanted]) => globalThis.evaluation.evaluate(photograph, wanted),
      /** @type {const} */ ([{ url, name }, wish]),
    );
    forget();
    return valueOf(outcome, name);
  }

  /**
   * @param {string} path of a photograph
   * @param {string} name
   * @param {number[]} sizes
   * @param {ColorizeWish['device']} device
   * @throws {Error} as `evaluate`
   */
  async compareUpsampling(path, name, sizes, device) {
    const { inputUrl: url, forget } = this.#exchange.offer(path, '');
    const outcome = await this.#page.evaluate(
      ([photograph, wanted, place]) =>
        globalThis.evaluation.compareUpsampling(photograph, wanted, place),
      /** @type {const} */ ([{ url, name }, sizes, device]),
    );
    forget();
    return valueOf(outcome, name);
  }

  /**
   * Writes the contact sheet of what was evaluated.
   * @param {string} path ending in .webp or .png
   */
  async writeSheet(path) {
    const { outputUrl, forget } = this.#exchange.offer('', path);
    const type = extname(path).toLowerCase() === '.png' ? 'image/png' : 'image/webp';
    await this.#page.evaluate(
      ([url, format]) => globalThis.evaluation.putSheet(url, format),
      /** @type {const} */ ([outputUrl, type]),
    );
    forget();
  }

  /** Ends Chromium and the server. */
  async close() {
    await this.#browser.close();
    await this.#site.close();
  }
}

/**
 * A catalogue of one model.
 * @param {string} folder
 */
async function catalogueOf(folder) {
  const { id } = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8'));
  const models = [{ id, card: 'evaluated/card.json' }];
  return JSON.stringify({ schema: 1, default: id, models });
}

/**
 * @template T
 * @param {Outcome<T>} outcome
 * @param {string} name
 * @returns {T}
 */
function valueOf(outcome, name) {
  if (outcome.ok) return outcome.value;
  throw new Error(`${name}: ${outcome.error.message}`);
}
