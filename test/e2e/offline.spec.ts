import { expect, test, type BrowserContext } from '@playwright/test';
import { distFolder } from '../../scripts/build.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { AppPage, photographFile } from '../support/app-page.ts';

// The real service worker, from a host like GitHub Pages: below a path, without headers of its own.
test.use({ serviceWorkers: 'allow' });

type Site = Awaited<ReturnType<typeof serveFolder>>;
let site: Site;

test.beforeEach(async () => {
  site = await serveFolder(distFolder, { path: '/autochrome/', isIsolated: false });
});
test.afterEach(() => site.close());

/** Every address that the page or its workers ask for. */
function askedBy(context: BrowserContext): string[] {
  const asked: string[] = [];
  context.on('request', (request) => void asked.push(request.url()));
  return asked;
}

test('after one visit and with the network cut, the page opens and colours a photograph', async ({
  page,
  context,
}) => {
  const asked = askedBy(context);
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
  await page.getByRole('button', { name: 'Offline' }).click();
  await expect(page.getByRole('heading', { name: 'Ready offline' })).toBeVisible();
});
