import { chromium } from 'playwright-core';
import { distFolder } from '../../scripts/build.mjs';
import { CHROMIUM_FLAGS, ensureChromium, GPU_FLAGS } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { UsageError } from './arguments.mjs';
import { FileExchange } from './file-exchange.mjs';

/**
 * @import { Browser, Page } from 'playwright-core'
 * @import { Outcome } from '../shared/outcome.ts'
 * @import { ColorizedFile, ColorizeFileRequest } from './engine-page-api.ts'
 */

/**
 * One file to colour, by paths.
 * @typedef {Omit<ColorizeFileRequest, 'inputUrl' | 'outputUrl'> & { input: string, output: string }} FileRequest
 */

/** Longer than any photograph takes after those before it, even on a software GPU: the page hangs. */
const PATIENCE_MS = 20 * 60_000;

/** The built app's engine in a headless Chromium of its own; a crash costs the files under way. */
export class EngineHost {
  #exchange = new FileExchange();
  /** @type {Browser | null} */
  #browser = null;
  /** @type {Page | null} */
  #page = null;
  /** @type {Promise<Page> | null} */
  #opening = null;
  /**
   * Of each file under way: waits anew.
   * @type {Set<() => void>}
   */
  #waits = new Set();
  /** @type {Awaited<ReturnType<typeof serveFolder>> | null} */
  #site = null;
  #executablePath = '';
  /** @type {string[]} */
  #flags;
  #isClosed = false;
  /** @type {string | null} */
  #model;
  /** @type {string | undefined} */
  #modelId;

  /**
   * @param {{ wantsGpu: boolean, model?: string | null }} options whether to ask Chromium for WebGPU; a model in
   *   place of the default: a folder, an ONNX file, or the address of either
   */
  constructor({ wantsGpu, model = null }) {
    this.#model = model;
    this.#flags = wantsGpu ? [...CHROMIUM_FLAGS, ...GPU_FLAGS] : CHROMIUM_FLAGS;
  }

  /**
   * Colours one file; several may be under way.
   * @param {FileRequest} request
   * @returns {Promise<Outcome<ColorizedFile>>} every failure of the file or the engine is an answer
   * @throws {Error} where Chromium or the server cannot start, or after `close`
   * @throws {UsageError} where the model is refused
   */
  async colorizeFile({ input, output, ...rest }) {
    const page = await this.openPage();
    const { inputUrl, outputUrl, forget } = this.#exchange.offer(input, output);
    try {
      const model = this.#modelId;
      const wish = { ...rest.wish, ...(model !== undefined && { model }) };
      return await this.#run(page, { ...rest, wish, inputUrl, outputUrl });
    } catch (error) {
      await this.#discardPage(page);
      if (this.#isClosed) throw error;
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return failure(`The engine’s page ended in the middle of this file: ${reason}`);
    } finally {
      forget();
    }
  }

  /**
   * Lets the page read one file and write another.
   * @param {string} input path to read
   * @param {string} output path to write
   */
  offer(input, output) {
    return this.#exchange.offer(input, output);
  }

  /**
   * The engine's page, opened if it is not there (any more).
   * @returns {Promise<Page>}
   */
  async openPage() {
    this.#opening ??= this.#openPage().finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** Ends Chromium and the server; files at work are abandoned. */
  async close() {
    this.#isClosed = true;
    await this.#browser?.close();
    await this.#site?.close();
  }

  async #openPage() {
    if (this.#page) return this.#page;
    this.#site ??= await serveFolder(distFolder, {
      route: (request, response) => this.#exchange.answer(request, response),
    });
    this.#executablePath ||= await ensureChromium();
    if (!this.#browser?.isConnected()) {
      this.#browser = await chromium.launch({
        executablePath: this.#executablePath,
        args: this.#flags,
        // `close` ends it.
        handleSIGINT: false,
      });
    }
    const page = await this.#browser.newPage();
    await page.goto(`${this.#site.address}engine.html`);
    await page.waitForFunction(() => globalThis.autochromeEngine !== undefined);
    if (this.#model !== null) this.#modelId = await this.#addModel(page, this.#model);
    this.#page = page;
    return page;
  }

  /**
   * @param {Page} page
   * @param {string} model
   */
  async #addModel(page, model) {
    const address = /^https?:/i.test(model) ? model : this.#exchange.offerModel(model);
    const outcome = await page.evaluate(
      (from) => globalThis.autochromeEngine?.addModel(from),
      address,
    );
    if (outcome?.ok) return outcome.value;
    throw new UsageError(`The model ${model} was not taken: ${outcome?.error.message}`);
  }

  /**
   * @param {Page} page
   * @param {ColorizeFileRequest} request
   * @returns {Promise<Outcome<ColorizedFile>>}
   */
  async #run(page, request) {
    const { promise: ended, reject } = withResolvers();
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new Error('it did not answer.')), PATIENCE_MS);
    };
    wait();
    this.#waits.add(wait);
    const onCrash = () => reject(new Error('it crashed.'));
    page.on('crash', onCrash);
    try {
      const answer = page.evaluate((wanted) => {
        if (!globalThis.autochromeEngine) throw new Error('the engine is not there.');
        return globalThis.autochromeEngine.colorizeFile(wanted);
      }, request);
      return await Promise.race([answer, ended]);
    } finally {
      clearTimeout(timer);
      this.#waits.delete(wait);
      page.off('crash', onCrash);
      for (const waitAnew of this.#waits) waitAnew();
    }
  }

  /** @param {Page} page */
  async #discardPage(page) {
    if (this.#page === page) this.#page = null;
    // A crashed page may be beyond closing; the next file gets a new one either way.
    await page.close().catch(() => undefined);
  }
}

/**
 * `Promise.withResolvers` for Node 20.
 * @returns {{ promise: Promise<never>, reject: (error: Error) => void }}
 */
function withResolvers() {
  /** @type {(error: Error) => void} */
  let reject = () => undefined;
  /** @type {Promise<never>} */
  const promise = new Promise((_, refuse) => (reject = refuse));
  return { promise, reject };
}

/**
 * @param {string} message
 * @returns {Outcome<never>}
 */
function failure(message) {
  return { ok: false, error: { code: 'worker/crashed', message, detail: {}, stack: '' } };
}
