import { expect } from '@playwright/test';
import { AppPage, holdBack, letterFile, photographFile } from '../support/app-page.ts';
import { test } from '../support/one-visit.ts';
import { buildPng, PNG_COLOUR } from '../support/files/png.ts';

test('opens a photograph by the picker, shows it gray at once, and colours it', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.goto();
  const picker = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open photographs' }).click();
  await (await picker).setFiles([await photographFile()]);
  await expect(page.getByRole('heading', { name: 'street.png' })).toBeVisible();
  await app.expectColoured();
  await expect(page.getByText('Colours are a guess by a neural network.')).toBeVisible();
  await app.showHowItWasDone();
  await expect(page.getByText(/DDColor pico · .+ · fp32 · WebAssembly$/)).toBeVisible();
  expect((await app.pixels('original')).chroma).toBeLessThan(1);
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
});

for (const kind of ['drop', 'paste'] as const) {
  test(`opens a photograph by ${kind}`, async ({ app }) => {
    await app.give(kind, await photographFile());
    await app.expectColoured();
  });
}

test('draws its own sample and colours it', async ({ app }) => {
  const { page } = app;
  await page.getByRole('button', { name: 'A street, drawn by this page' }).click();
  await expect(page.getByText(/1200\s×\s860 · PNG/)).toBeVisible();
  await app.expectColoured();
});

test('says so where a sample cannot be fetched, and when there is no connection', async ({
  page,
  context,
}) => {
  await page.route('https://upload.wikimedia.org/**', (route) => route.abort());
  const app = new AppPage(page);
  await app.goto();
  await page.getByRole('button', { name: /Migrant Mother/ }).click();
  await expect(
    page
      .getByRole('region', { name: 'Or begin with one of these' })
      .getByText(/could not be fetched/),
  ).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText(/can be fetched when you are online/)).toBeVisible();
  await expect(page.getByRole('button', { name: /Migrant Mother/ })).toBeHidden();
});

test('shows a preview first, and then the refined colours', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await page.getByRole('radio', { name: '384' }).check();
  await expect(page.getByText('Choosing colours · refining the first guess')).toBeVisible();
  await expect(app.divider).toBeVisible();
  await expect(app.saveButton).toBeDisabled();
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
  await app.expectColoured();
  await app.showHowItWasDone();
  await expect(page.getByText(/DDColor pico · 4\d\d\s×\s3\d\d · /)).toBeVisible();
});

test('says what is wrong with a file that is no photograph, and goes on', async ({ app }) => {
  const { page } = app;
  await app.choose(letterFile());
  const trouble = page.getByRole('region', { name: 'Trouble with letter.jpg' });
  await expect(trouble).toContainText('not a picture');
  await trouble.getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByRole('button', { name: 'Open photographs' })).toBeVisible();
  await app.choose(await photographFile());
  await app.expectColoured();
});

test('says that a colour photograph was coloured again', async ({ app }) => {
  const { page } = app;
  const pixel = (x: number, y: number) => [200 - (x % 160), 90 + (y % 120), 60];
  const bytes = await buildPng({ width: 160, height: 128, colourType: PNG_COLOUR.rgb, pixel });
  await app.choose({ name: 'red.png', mimeType: 'image/png', buffer: Buffer.from(bytes) });
  await app.expectColoured();
  await expect(page.getByText('It was coloured again from its lightness.')).toBeVisible();
});

test('keeps its photographs where a link is dropped, and says what can be dropped', async ({
  app,
}) => {
  const { page } = app;
  await app.choose(await photographFile());
  const isPrevented = await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/uri-list', 'https://example.org/photograph.jpg');
    const options = { bubbles: true, cancelable: true, dataTransfer };
    return ['dragover', 'drop'].map(
      (type) => !document.body.dispatchEvent(new DragEvent(type, options)),
    );
  });
  expect(isPrevented).toEqual([true, true]);
  await expect(page.getByRole('region', { name: 'Notice' })).toContainText('That is a link.');
  await app.expectColoured();
});

test('says so where the connection is lost before the first photograph, and goes on with it', async ({
  page,
  context,
}) => {
  const app = new AppPage(page);
  await app.goto('low');
  await expect(page.getByText(/processor will do the work/)).toBeVisible();
  await context.setOffline(true);
  await app.choose(await photographFile());
  const trouble = page.getByRole('region', { name: 'Trouble with street.png' });
  await expect(trouble).toContainText('there is no network');
  await context.setOffline(false);
  await trouble.getByRole('button', { name: 'Try again' }).click();
  await app.expectColoured();
});

for (const width of [390, 1440]) {
  test(`does not move when its fonts arrive: ${width} px wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as LayoutShift).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const deliver = await holdBack(page, '**/*.woff2');
    const app = new AppPage(page);
    // The page's load event waits for its fonts.
    const loaded = app.goto();
    await expect(page.getByText(/processor will do the work/)).toBeVisible();
    deliver();
    await loaded;
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.002);
    expect(await page.evaluate(() => document.fonts.check('400 16px "Source Serif 4"'))).toBe(true);
  });
}

type LayoutShift = PerformanceEntry & { value: number };
