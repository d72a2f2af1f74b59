import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distFolder } from '../../scripts/build.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { AppPage, photographFile } from '../support/app-page.ts';

// The real service worker, from a host like GitHub Pages: below a path, without headers of its own.
test.use({ serviceWorkers: 'allow' });

type Site = Awaited<ReturnType<typeof serveFolder>>;
let site: Site;
/** What the server answers in place of a file, by the end of its path. */
let instead: Map<RegExp, { status: number; type?: string; body: string | Buffer }>;

test.beforeEach(async () => {
  instead = new Map();
  site = await serve();
});

function serve(): Promise<Site> {
  return serveFolder(distFolder, {
    path: '/autochrome/',
    isIsolated: false,
    route: ({ url = '' }, response) => {
      const found = [...instead].find(([path]) => path.test(url))?.[1];
      if (!found) return false;
      response.writeHead(found.status, { 'Content-Type': found.type ?? 'text/plain' });
      response.end(found.body);
      return true;
    },
  });
}
test.afterEach(() => site.close());

/** Every address that the page or its workers ask for. */
function askedBy(context: BrowserContext): string[] {
  const asked: string[] = [];
  context.on('request', (request) => void asked.push(request.url()));
  return asked;
}

test('after one visit and with the network cut, the page opens, colours a photograph, and its models can be carried', async ({
  page,
  context,
  browser,
}) => {
  test.slow();
  const asked = askedBy(context);
  await page.addInitScript(() => localStorage.setItem('autochrome-preset', 'low'));
  await page.goto(site.address);
  await expect(page.getByText(/ready offline$/)).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(asked.filter((address) => !address.startsWith(site.address))).toEqual([]);
  expect(asked.filter((address) => /bench|engine\.html|embed/.test(address))).toEqual([]);

  await site.close();
  await context.setOffline(true);
  await page.reload();
  const app = new AppPage(page);
  await app.choose(await photographFile());
  await app.expectColoured();
  expect(await app.colourfulness()).toBeGreaterThan(2);
  // The service worker isolates what it serves, so that the processor's cores are all used.
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const dialog = await openOffline(page);
  await expect(dialog.getByRole('heading', { name: 'Ready offline' })).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'DDColor pico' })).toContainText(
    '18 MB',
  );
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save models as a file' }).click();
  await bringThere(browser, await readFile(await (await saving).path()));
});

/** A page of the same site from which a system's share is sent: the app's own policy lets none go out. */
const FORM = `<!doctype html><title>Gallery</title>
<form method="post" action="./share" enctype="multipart/form-data">
<input type="file" name="photographs" multiple><button>Share</button></form>`;

test('a share opens in the page; a new version is offered, says what it would cost, and waits', async ({
  page,
  context,
}) => {
  const asked = askedBy(context);
  instead.set(/form\.html$/, { status: 200, type: 'text/html', body: FORM });
  await page.addInitScript(() => {
    const setConsumer = (consumer: Consumer) => (globalThis.launched = consumer);
    Object.defineProperty(window, 'launchQueue', { value: { setConsumer } });
  });
  await page.goto(site.address);
  await expect(page.getByText(/ready offline$/)).toBeVisible();
  asked.length = 0;
  await page.goto(`${site.address}form.html`);
  await page.locator('input').setInputFiles(await photographFile('shared.png'));
  await page.getByRole('button', { name: 'Share' }).click();
  const app = new AppPage(page);
  await app.expectColoured();
  await expect(page.getByRole('application', { name: 'Photograph shared.png' })).toBeVisible();
  expect(page.url()).toBe(site.address);

  // A file opened with the installed app, as the system hands it over.
  await page.evaluate(openWith, 'opened.png');
  await expect(page.getByRole('application', { name: 'Photograph opened.png' })).toBeVisible();

  const changed = `${await readFile(join(distFolder, 'service-worker.js'), 'utf8')}\n// newer`;
  instead.set(/service-worker\.js$/, { status: 200, type: 'text/javascript', body: changed });
  const tab = await context.newPage();
  await tab.goto(site.address);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  const bar = page.getByRole('region', { name: 'New version' });
  await expect(bar).toContainText('Loading it closes the 2 open photographs');
  await bar.getByRole('button', { name: 'Load it now' }).click();
  await expect(bar).toContainText('Close that first');
  await expect(app.saveButton).toBeEnabled();
  await tab.close();
  await bar.getByRole('button', { name: 'Load it now' }).click();
  await expect(page.getByText(/ready offline$/)).toBeVisible();
  await expect(bar).toBeHidden();
  expect(await waitingWorkers(page)).toBe(0);
  expect(asked.filter((address) => /\.(bin|onnx|wasm)$/.test(address))).toEqual([]);
});

type Consumer = (params: { files: FileSystemFileHandle[] }) => void;

declare global {
  /** What the page does with files that the system hands over; no headless browser is ever handed one. */
  var launched: Consumer | undefined;
}

/** Hands the page a file of that name: what it has been given before, drawn anew. */
async function openWith(name: string): Promise<void> {
  const canvas = new OffscreenCanvas(64, 48);
  canvas.getContext('2d')!.fillRect(8, 8, 24, 24);
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(name, { create: true });
  const writable = await handle.createWritable();
  await writable.write(await canvas.convertToBlob());
  await writable.close();
  globalThis.launched?.({ files: [handle] });
}

function waitingWorkers(page: Page): Promise<number> {
  return page.evaluate(async () => Number((await navigator.serviceWorker.ready).waiting !== null));
}

/** In a browser that can fetch no model, takes what another has saved. */
async function bringThere(browser: Browser, saved: Buffer): Promise<void> {
  instead.set(/\/models\/.*(bin|onnx|tensors\.json)$/, { status: 503, body: '' });
  site = await serve();
  const other = await browser.newContext({ serviceWorkers: 'allow' });
  const there = await other.newPage();
  await there.goto(site.address);
  const shown = await openOffline(there);
  await expect(shown.getByRole('heading', { name: 'Not ready offline yet' })).toBeVisible();
  const bring = async (buffer: Buffer) => {
    const picker = there.waitForEvent('filechooser');
    await shown.getByRole('button', { name: 'Bring models from a file' }).click();
    await (await picker).setFiles({ name: 'saved.models', mimeType: '', buffer });
  };
  await bring(Buffer.from('Dear museum'));
  await expect(shown).toContainText('This file holds no models that were saved here.');
  await bring(saved.subarray(0, -1));
  await expect(shown).toContainText('This file is cut off or damaged.');
  const damaged = Buffer.from(saved);
  damaged[damaged.length - 1]! ^= 1;
  await bring(damaged);
  await expect(shown).toContainText('A part of this file is damaged');
  await bring(saved);
  await expect(shown).toContainText('Here now: DDColor pico.');
  await shown.getByRole('button', { name: 'Keep what is missing' }).click();
  await expect(shown.getByRole('heading', { name: 'Ready offline' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page: there }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await shown.getByRole('button', { name: 'Delete DDColor pico' }).click();
  await expect(shown.getByRole('heading', { name: 'Not ready offline yet' })).toBeVisible();
  await expect(shown.getByRole('listitem').filter({ hasText: 'DDColor pico' })).toContainText(
    'not kept',
  );
  await other.close();
}

async function openOffline(page: Page) {
  await page.getByRole('button', { name: 'Offline' }).click();
  return page.getByRole('dialog', { name: 'Offline' });
}
