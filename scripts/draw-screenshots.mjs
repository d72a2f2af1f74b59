import { chromium } from 'playwright-core';
import { join } from 'node:path';
import { distFolder, ensureBuild } from './build.mjs';
import { CHROMIUM_FLAGS, findChromium } from './chromium.mjs';
import { projectRoot } from './run-command.mjs';
import { serveFolder } from './static-server.mjs';

/** What browsers show of the page before it is installed; the manifest names them. */
const SHOTS = [
  { name: 'screenshot-wide.jpg', viewport: { width: 1280, height: 800 } },
  { name: 'screenshot-narrow.jpg', viewport: { width: 390, height: 844 } },
];
const PATIENCE_MS = 180_000;

// Of the built page, with the street that it draws itself: no photograph is ever committed.
await ensureBuild();
const site = await serveFolder(distFolder);
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: CHROMIUM_FLAGS,
});
for (const { name, viewport } of SHOTS) {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(site.address);
  await page.getByRole('button', { name: 'A street, drawn by this page' }).click();
  await page.getByRole('slider', { name: 'Divide original and colour' }).waitFor();
  await page.getByText(/^Coloured by /).waitFor({ state: 'attached' });
  await page.screenshot({
    path: join(projectRoot, 'public', name),
    type: 'jpeg',
    quality: 80,
    animations: 'disabled',
  });
  await page.close();
}
await browser.close();
await site.close();
