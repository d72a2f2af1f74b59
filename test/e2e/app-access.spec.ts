import { expect, test } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { AppPage, holdBack, letterFile, photographFile } from '../support/app-page.ts';
import { LONG_TASK_MS, longestTask } from '../support/longest-task.mjs';
import { expectNoViolations } from '../support/no-violations.ts';
import { tabTo } from '../support/tab-to.ts';

for (const width of [390, 1440]) {
  test(`is accessible in each view, light and dark: ${width} px wide`, async ({ page }) => {
    const check = async (view: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        // What is still fading in has less contrast than it will have.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expectNoViolations(page, `${view}, ${colorScheme}`);
      }
    };
    await page.setViewportSize({ width, height: 860 });
    const deliver = await holdBack(page, '**/models/**/shards/**');
    const app = new AppPage(page);
    await app.goto('low');
    await check('empty');
    await app.choose(await photographFile('one.png'), letterFile());
    if (width < 500) {
      await check('all');
      await page.getByRole('button', { name: /^one\.png/ }).click();
    }
    await expect(page.getByText(/^Fetching the model/)).toBeVisible();
    await check('working');
    deliver();
    await app.expectColoured();
    if (width < 500) await page.getByRole('button', { name: 'Adjust' }).click();
    await page.getByText('How it was done').click();
    await check('photograph');
    if (width < 500) {
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('button', { name: 'Show all 2' }).click();
    }
    await page.getByRole('button', { name: /^letter\.jpg/ }).click();
    await expect(page.getByRole('region', { name: /^Trouble/ })).toBeVisible();
    await check('trouble');
    await page.getByRole('button', { name: 'Diagnostics' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    for (const run of await dialog.locator('summary').all()) await run.click();
    await check('diagnostics');
  });
}

test('does the whole job by keyboard alone', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto('low');
  const picker = page.waitForEvent('filechooser');
  await tabTo(page, 'Open photographs');
  await page.keyboard.press('Enter');
  await (await picker).setFiles([await photographFile()]);
  await app.expectColoured();
  await tabTo(page, 'Divide original and colour');
  await page.keyboard.press('ArrowLeft');
  await expect(app.divider).toHaveAttribute('aria-valuenow', '48');
  await tabTo(page, 'Strength');
  await page.keyboard.press('ArrowRight');
  await expect(app.strength).toHaveValue('101');
  await tabTo(page, 'Save');
  const started = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await started).suggestedFilename()).toBe('street-autochrome.png');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Diagnostics' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('keeps its main thread free while a photograph is coloured', async ({ browser, page }) => {
  const app = new AppPage(page);
  await app.goto();
  // From a disk: a file that is handed over as bytes is unpacked on the page's main thread.
  const { name, buffer } = await photographFile('large.png', 3000, 2000);
  const photograph = test.info().outputPath(name);
  await writeFile(photograph, buffer);
  const longest = await longestTask(browser, page, async () => {
    await page.locator('input[type=file]').setInputFiles(photograph);
    await app.expectColoured();
  });
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(LONG_TASK_MS);
});
