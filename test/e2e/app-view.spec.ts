import { expect } from '@playwright/test';
import { photographFile } from '../support/app-page.ts';
import { test } from '../support/one-visit.ts';

test('moves the divider by keyboard, and tells where it is', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  await app.divider.focus();
  await page.keyboard.press('Home');
  await expect(app.divider).toHaveAttribute('aria-valuetext', '0 % original, 100 % in colour');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(app.divider).toHaveAttribute('aria-valuenow', '12');
  await page.keyboard.press('End');
  await expect(app.divider).toHaveAttribute('aria-valuetext', '100 % original, 0 % in colour');
});

test('drags the divider by its handle and on the picture', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  const box = await app.stage.boundingBox();
  if (!box) throw new Error('The stage is not laid out.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.up();
  await expect(app.divider).toHaveAttribute('aria-valuenow', '100');
  await page.mouse.move(box.x + box.width / 2, y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x, y + 60, { steps: 4 });
  await page.mouse.up();
  await expect(app.divider).toHaveAttribute('aria-valuenow', '0');
});

test('zooms to real pixels and back, and draws the visible part sharply', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile('large.png', 3000, 2100));
  await app.expectColoured();
  const detail = app.stage.locator('.side canvas').nth(3);
  await expect(detail).toBeHidden();
  await app.stage.focus();
  await page.keyboard.press('1');
  await expect(detail).toBeVisible();
  await expect(page.getByRole('button', { name: 'Fit' })).toHaveAttribute('aria-pressed', 'false');
  const stage = await app.stage.boundingBox();
  const width = () => detail.evaluate((canvas: HTMLCanvasElement) => canvas.width);
  await expect.poll(width).toBe(Math.round(stage?.width ?? 0));
  const left = () => detail.evaluate((canvas) => canvas.getBoundingClientRect().left);
  await page.keyboard.press('ArrowRight');
  await expect.poll(left).toBe(stage?.x);
  await page.keyboard.press('0');
  await expect(detail).toBeHidden();
  await app.stage.dblclick({ position: { x: 100, y: 100 } });
  await expect(detail).toBeVisible();
});

test('shows the original while space is held', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  await app.stage.focus();
  await page.keyboard.down('Space');
  await expect(app.divider).toBeHidden();
  await page.keyboard.up('Space');
  await expect(app.divider).toBeVisible();
});

test('changes strength live, undoes and redoes it, and runs no network for it', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  const runs = await app.countRuns();
  const before = await app.colourfulness();
  await app.strength.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => app.colourfulness()).toBeLessThan(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => app.colourfulness()).toBeCloseTo(before, 1);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => app.colourfulness()).toBeLessThan(1);
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(app.strength).toHaveValue('100');
  await expect.poll(() => app.colourfulness()).toBeCloseTo(before, 1);
  // A run that one of these had begun would be finished here, and counted.
  await app.expectColoured();
  expect(await app.countRuns()).toBe(runs);
});
