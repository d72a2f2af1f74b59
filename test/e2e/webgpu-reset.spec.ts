import { expect, test } from '@playwright/test';
import { AppPage, photographFile } from '../support/app-page.ts';

test('pictures are drawn again when the GPU of the browser itself is reset', async ({
  page,
  browser,
}) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile('one.png', 640, 448));
  await app.expectColoured();
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
  const before = await app.pixels('original');
  const lost = page.evaluate(
    () =>
      new Promise((resolve) => {
        for (const canvas of document.querySelectorAll('.stage .side canvas')) {
          canvas.addEventListener('contextlost', resolve, { once: true });
        }
      }),
  );
  const devtools = await browser.newBrowserCDPSession();
  await devtools.send('Browser.crashGpuProcess').catch(() => undefined);
  await lost;
  await expect.poll(async () => (await app.pixels('original')).level).toBeCloseTo(before.level, 0);
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
});
