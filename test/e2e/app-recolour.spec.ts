import { expect, test, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import type { RecipeFile } from '../../src/app/recolour/recipe.ts';
import { AppPage, photographFile } from '../support/app-page.ts';
import { expectNoViolations } from '../support/no-violations.ts';
import { tabTo } from '../support/tab-to.ts';

/** The page with a photograph in colour. */
async function coloured(page: Page): Promise<AppPage> {
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile());
  await app.expectColoured();
  return app;
}

const colouring = (page: Page, name: string): Locator =>
  page.getByRole('group', { name: 'Colourings' }).getByRole('button', { name, exact: true });

/** Presses a key so many times. */
async function press(page: Page, key: string, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await page.keyboard.press(key);
}

test('other colours are drawn, chosen, wished and kept by keyboard alone', async ({ page }) => {
  const app = await coloured(page);
  await tabTo(page, 'More colours');
  await press(page, 'Enter');
  const answer = colouring(page, 'DDColor’s own answer');
  await expect(answer).toHaveAttribute('aria-pressed', 'true');
  const own = await app.colourfulness();
  await tabTo(page, 'Draw 8 colourings');
  await press(page, 'Enter');
  await expect(colouring(page, 'Colouring 8 of 8')).toBeEnabled();

  await tabTo(page, 'DDColor’s own answer');
  await press(page, 'ArrowRight', 3);
  await press(page, 'Enter');
  const chosen = colouring(page, 'Colouring 3 of 8');
  await expect(chosen).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => app.colourfulness()).not.toBeCloseTo(own, 0);
  await expectNoViolations(page, 'sheet');

  await tabTo(page, 'Vividness');
  await press(page, 'ArrowRight', 2);
  await expect(page.getByRole('button', { name: /^Draw 8 again/ })).toBeVisible();

  // A colour that is known: the cross begins in the middle.
  await tabTo(page, 'Add a colour');
  await press(page, 'Enter');
  await press(page, 'ArrowLeft', 2);
  await press(page, 'Enter');
  const dot = page.getByRole('button', { name: /^Colour 1, 46\s% from the left, 50\s%/ });
  await expect(dot).toBeVisible();
  const swatches = page.getByRole('group', { name: 'Colour 1: what is it?' }).getByRole('radio');
  await expect(swatches.first()).toBeFocused();
  const before = await app.colourfulness();
  await press(page, 'ArrowRight');
  await expect.poll(() => app.colourfulness()).not.toBe(before);
  await expectNoViolations(page, 'picker');
  await tabTo(page, 'Done');
  await press(page, 'Enter');

  await tabTo(page, 'Rectangle');
  await press(page, 'Enter');
  await press(page, 'Enter');
  await press(page, 'ArrowRight', 4);
  await press(page, 'ArrowDown', 4);
  await press(page, 'Enter');
  await expect(page.getByRole('button', { name: 'Let it go' })).toBeVisible();

  await tabTo(page, 'Save recipe');
  const started = page.waitForEvent('download');
  await press(page, 'Enter');
  const download = await started;
  expect(download.suggestedFilename()).toBe('street-colours.json');
  const recipe = await readFile(await download.path());
  const { recolour } = JSON.parse(recipe.toString()) as RecipeFile;
  expect(recolour).toMatchObject({ vividness: 1.52, chosen: { seed: 3, hints: [] } });
  expect(recolour.hints).toHaveLength(1);
  expect(recolour.lock?.keeps).toEqual(recolour.chosen);

  // All of it is undone with the photograph's other changes: region, colour, its place, vividness twice, choice.
  await press(page, 'Control+z', 2);
  await expect(page.getByRole('button', { name: 'Let it go' })).toBeHidden();
  await press(page, 'Control+z', 4);
  await expect(dot).toBeHidden();
  await expect(answer).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => app.colourfulness()).toBeCloseTo(own, 0);

  // The recipe brings back what was undone, and a letter is told from one.
  const picker = page.locator('input[accept^=".json"]');
  await picker.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: recipe });
  await expect(chosen).toHaveAttribute('aria-pressed', 'true');
  await expect(dot).toBeVisible();
  const letter = Buffer.from('Dear museum');
  await picker.setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: letter });
  const trouble = page.getByRole('group', { name: /^This file is not a recipe of colours/ });
  await expect(trouble).toBeVisible();
  await trouble.getByRole('button').press('Enter');
  await expect(trouble).toBeHidden();
});
