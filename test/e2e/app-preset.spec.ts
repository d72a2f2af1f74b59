import { expect } from '@playwright/test';
import { AppPage, photographFile } from '../support/app-page.ts';
import { test } from '../support/one-visit.ts';

test('how much of the machine is taken is chosen by keyboard, acts at once and is kept', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await app.expectColoured();
  await expect(page.getByText(/^Size 256: right for most photographs/)).toBeVisible();
  const presets = page.getByRole('group', { name: 'Use of this machine' });
  await presets.getByRole('radio', { name: 'Automatic' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(presets.getByRole('radio', { name: 'Low' })).toBeChecked();
  await expect(page.getByText(/^Size 128: smaller than usual/)).toBeVisible();
  await page.reload();
  await app.choose(await photographFile());
  await app.expectColoured();
  await expect(page.getByText(/^Size 128: smaller than usual/)).toBeVisible();
  await presets.getByRole('radio', { name: 'Automatic' }).check();
  await expect(page.getByText(/^Size 256: right for most photographs/)).toBeVisible();
});

test('a machine without a GPU is not measured, and the page says so', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile());
  await app.expectColoured();
  await page.getByRole('button', { name: 'Optimise for this machine' }).press('Enter');
  const sentence = /there is nothing to measure: the processor does the work\.$/;
  await expect(page.locator('aside').getByText(sentence)).toBeVisible();
  await expect(page.getByRole('status').getByText(sentence)).toBeAttached();
  await expect(page.getByRole('button', { name: 'Optimise for this machine' })).toBeFocused();
});
