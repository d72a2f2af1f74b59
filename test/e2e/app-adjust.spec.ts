import { expect, type Download, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { AppPage, photographFile } from '../support/app-page.ts';
import { test } from '../support/one-visit.ts';

/** Size of a downloaded picture, as the browser decodes it. */
async function sizeOf(page: Page, download: Download): Promise<{ width: number; height: number }> {
  const bytes = (await readFile(await download.path())).toString('base64');
  return page.evaluate(async (text) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const { width, height } = await createImageBitmap(new Blob([data]));
    return { width, height };
  }, bytes);
}

/** Mean chroma (largest minus smallest channel, 0–255) of a downloaded picture. */
async function chromaOf(page: Page, download: Download): Promise<number> {
  const bytes = (await readFile(await download.path())).toString('base64');
  return page.evaluate(async (text) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    let chroma = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3);
      chroma += Math.max(r, g, b) - Math.min(r, g, b);
    }
    return chroma / (width * height);
  }, bytes);
}

test('turns a sideways scan at once and colours it upright', async ({ app }) => {
  const { page } = app;
  const runs = await app.countRuns();
  await app.choose(await photographFile('sideways.png', 320, 200));
  await app.expectColoured();
  await page.getByRole('button', { name: 'Rotate right' }).click();
  await expect(page.getByText(/200\s×\s320 · PNG/)).toBeVisible();
  await app.expectColoured();
  expect(await app.countRuns()).toBe(runs + 2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(/320\s×\s200 · PNG/)).toBeVisible();
  await app.expectColoured();
});

test('turns a negative into a positive before colouring it', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  const { level } = await app.pixels('original');
  await page.getByRole('checkbox', { name: 'Negative' }).check();
  await expect.poll(async () => (await app.pixels('original')).level).toBeCloseTo(255 - level, 0);
  await app.expectColoured();
});

test('saves a JPEG and a PNG at the original size', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile('market 1907.png', 801, 603));
  await app.expectColoured();
  for (const { format, extension } of [
    { format: 'JPEG', extension: 'jpg' },
    { format: 'PNG', extension: 'png' },
  ]) {
    await page.getByRole('radio', { name: format }).check();
    const started = page.waitForEvent('download');
    await app.saveButton.click();
    const download = await started;
    expect(download.suggestedFilename()).toBe(`market 1907-autochrome.${extension}`);
    expect(await sizeOf(page, download)).toEqual({ width: 801, height: 603 });
  }
});

test('saves the strength and saturation that are seen', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  const plain = await app.colourfulness();
  await app.strength.fill('150');
  await page.getByRole('slider', { name: 'Saturation' }).fill('160');
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(plain * 1.5);
  const seen = await app.colourfulness();
  const started = page.waitForEvent('download');
  await app.saveButton.click();
  expect(await chromaOf(page, await started)).toBeCloseTo(seen, 0);
});

test('runs again when the kind changes, and says the new plan', async ({ app }) => {
  const { page } = app;
  const runs = await app.countRuns();
  await app.choose(await photographFile());
  await app.expectColoured();
  await page.getByRole('radio', { name: 'Buildings & places' }).check();
  await expect(app.saveButton).toBeDisabled();
  await app.expectColoured();
  expect(await app.countRuns()).toBe(runs + 2);
});

test('cancels within half a second, and colours when asked again', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await page.getByRole('radio', { name: '512' }).check();
  await expect(page.getByText(/^Choosing colours/)).toBeVisible();
  const waited = await page.evaluate(async () => {
    const cancel = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Cancel');
    const started = performance.now();
    cancel?.click();
    while (!document.body.innerText.includes('Cancelled.')) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - started;
  });
  expect(waited).toBeLessThan(500);
  await expect(app.divider).toBeHidden();
  await page.getByRole('radio', { name: '256' }).check();
  await app.expectColoured();
});

test('goes back to the finished colours when a second run is cancelled', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await app.expectColoured();
  const before = await app.colourfulness();
  await page.getByRole('radio', { name: '512' }).check();
  await expect(page.getByText(/^Choosing colours/)).toBeVisible();
  await page.keyboard.press('Escape');
  await app.expectColoured();
  await expect(page.getByRole('radio', { name: 'Auto' }).last()).toBeChecked();
  await expect.poll(() => app.colourfulness()).toBeCloseTo(before, 0);
});
