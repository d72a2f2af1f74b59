import { expect, test, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { AppPage, type GivenFile } from '../support/app-page.ts';
import { sceneLevel } from '../support/drawn-scene.ts';
import { buildPng, PNG_COLOUR } from '../support/files/png.ts';
import { expectNoViolations } from '../support/no-violations.ts';
import { tabTo } from '../support/tab-to.ts';

const SIZE = { width: 128, height: 96 };
/** The picture's middle, where the keyboard's brush begins, in white: no such thing is in the scene. */
const HOLE = { left: 60, right: 68, top: 44, bottom: 52 };

/** A gray photograph with a hole in it. */
async function damagedFile(): Promise<GivenFile> {
  const { width, height } = SIZE;
  const isHole = (x: number, y: number) =>
    x >= HOLE.left && x < HOLE.right && y >= HOLE.top && y < HOLE.bottom;
  const pixel = (x: number, y: number) => [isHole(x, y) ? 255 : sceneLevel(x, y, width, height)];
  const buffer = Buffer.from(await buildPng({ ...SIZE, colourType: PNG_COLOUR.gray, pixel }));
  return { name: 'torn.png', mimeType: 'image/png', buffer };
}

/** Every mean level of a downloaded picture, row by row. */
async function levelsOf(page: Page, bytes: Buffer): Promise<number[]> {
  return page.evaluate(async (text) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const rgba = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    const levels: number[] = [];
    for (let at = 0; at < rgba.length; at += 4) {
      levels.push((rgba[at]! + rgba[at + 1]! + rgba[at + 2]!) / 3);
    }
    return levels;
  }, bytes.toString('base64'));
}

async function save(page: Page): Promise<Buffer> {
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  return readFile(await (await started).path());
}

test('finds, marks and repairs damage by keyboard alone, and takes it back', async ({ page }) => {
  const app = new AppPage(page);
  await page.setViewportSize({ width: 1440, height: 860 });
  await app.goto('low');
  await app.choose(await damagedFile());
  await app.expectColoured();
  const before = await levelsOf(page, await save(page));

  await tabTo(page, 'Repair damage');
  await page.keyboard.press('Enter');
  const marked = page.getByRole('region', { name: 'Marks' }).getByText(/is marked/);
  await expect(marked).toHaveText('Nothing is marked.');
  await tabTo(page, 'Find damage');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^(Found|No damage)/).first()).toBeVisible();
  await tabTo(page, 'Sensitivity');
  await page.keyboard.press('End');
  await expect(marked).toHaveText(/^[\d.]+.% of the picture is marked\.$/);
  await tabTo(page, 'Go to the brush');
  await page.keyboard.press('Enter');
  const brush = page.getByRole('application', { name: 'Brush on torn.png' });
  await expect(brush).toBeFocused();
  for (const _ of ['sensitivity', 'search']) await page.keyboard.press('Control+z');
  await expect(marked).toHaveText('Nothing is marked.');

  // A dab, undone and done again; then erased, and painted as a line.
  await page.keyboard.press(' ');
  const dab = (await marked.textContent())!;
  expect(dab).toMatch(/^[\d.]+.% of the picture is marked\.$/);
  await page.keyboard.press('Control+z');
  await expect(marked).toHaveText('Nothing is marked.');
  await page.keyboard.press('Control+Shift+Z');
  await expect(marked).toHaveText(dab);
  await page.keyboard.press('e');
  await page.keyboard.press(']');
  await page.keyboard.press(' ');
  await expect(marked).toHaveText('Nothing is marked.');
  await page.keyboard.press('e');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.down(' ');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.up(' ');
  await expect(marked).not.toHaveText('Nothing is marked.');

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectNoViolations(page, `marks, ${colorScheme}`);
  }
  await tabTo(page, 'Repair');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Repaired by this machine’s processor/).first()).toBeVisible();
  await app.expectColoured();
  await expectNoViolations(page, 'repaired');

  await page.getByRole('button', { name: 'Diagnostics' }).click();
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(dialog.locator('summary')).toHaveText([
    /In colour/,
    /torn\.png.+Repaired · processor · .+ · tiles of \d+ · fp32 · 1 tile · \d steps? · /,
    /Searched for damage · .+ · 1 tile · /,
    /In colour/,
  ]);
  await page.keyboard.press('Escape');

  const file = await save(page);
  expect(file.toString('latin1')).toMatch(
    /Damage on [\d.]+ % of the area was filled in by machine/,
  );
  const after = await levelsOf(page, file);
  const at = ((HOLE.top + HOLE.bottom) / 2) * SIZE.width + (HOLE.left + HOLE.right) / 2;
  expect(before[at]).toBeGreaterThan(245);
  expect(after[at]).toBeLessThan(before[at]! - 20);
  // Far from the marks the lightness is the file's own, whatever the colours.
  expect(Math.abs(after[5 * SIZE.width + 5]! - before[5 * SIZE.width + 5]!)).toBeLessThan(12);

  await page.setViewportSize({ width: 390, height: 860 });
  await page.getByRole('button', { name: 'Adjust' }).click();
  await expectNoViolations(page, 'repaired, narrow');
  await page.getByRole('button', { name: 'Remove the repair' }).click();
  await expect(brush).toBeVisible();
  await expectNoViolations(page, 'marks, narrow');
  await expect(app.saveButton).toBeEnabled();
  expect(await levelsOf(page, await save(page))).toEqual(before);
});
