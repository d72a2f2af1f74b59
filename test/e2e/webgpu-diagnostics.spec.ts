import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import card from '../../models/ddcolor-pico/card.json' with { type: 'json' };
import { AppPage, photographFile } from '../support/app-page.ts';

/** Lets the software adapter pass for a GPU, so that the page runs on it by itself; in a machine of little memory where asked. */
async function trustSoftwareAdapter(page: Page, memoryGiB?: number): Promise<void> {
  await page.route('**/engine.worker-*.js', async (route) => {
    const response = await route.fetch();
    const trust = `Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false });\n`;
    const shrink = `Object.defineProperty(navigator, 'deviceMemory', { value: ${memoryGiB} });\n`;
    const patch = trust + (memoryGiB === undefined ? '' : shrink);
    await route.fulfill({ response, body: patch + (await response.text()) });
  });
}

test('memory is drawn while a run goes on, by owner and against the budget, and kept when it ends', async ({
  page,
}) => {
  await trustSoftwareAdapter(page);
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(dialog.getByText('Run under way: street.png')).toBeVisible();
  const chart = dialog.getByRole('img', { name: /^GPU memory over .+ budget [\d,]+ MB/ });
  const live = (owner: string) =>
    dialog
      .getByRole('row', { name: new RegExp(`^${owner}`) })
      .getByRole('cell')
      .first();
  // Weights come first; then activations beside them, in the same picture.
  await expect(live('Weights')).toHaveText(/^[1-9]/);
  await expect(live('Activations')).toHaveText(/^[1-9]/);
  await expect(chart.locator('path.area.activations')).toBeVisible();
  await expect(chart.getByText(/^budget [\d,]+ MB/)).toBeVisible();
  await expect(chart.getByText('First guess')).toBeVisible();
  // Nothing on our device is without an owner.
  await expect(dialog.getByRole('row', { name: /^Other/ }).getByRole('cell')).toHaveText([
    '0 MB',
    '0 MB',
    '0 MB',
  ]);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  const { length } = (await chart.locator('path.area.weights').getAttribute('d')) ?? '';
  expect(length).toBeLessThan(40_000);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled.')).toBeVisible();
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  await expect(dialog.locator('summary')).toHaveText(/street\.png.+Cancelled · WebGPU/);
  await expect(dialog.getByText(/^Last run, /)).toBeVisible();
  await expect(live('Weights')).toHaveText(/^[1-9]/);
  await page.reload();
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  await expect(chart.locator('path.area.weights')).toBeVisible();
});

test('a run near its budget is warned of, once', async ({ page }) => {
  // The preset takes an eighth of the memory, and the run almost all of that.
  const { peakBytes } = card.memory.int8.find(({ size }) => size === 128)!;
  await trustSoftwareAdapter(page, (peakBytes * 1.02 * 8) / 2 ** 30);
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const app = new AppPage(page);
  await app.goto('low');
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  const said = await page.getByRole('status').evaluateHandle((region) => {
    const sentences: string[] = [];
    const options = { childList: true, characterData: true, subtree: true };
    new MutationObserver(() => sentences.push(region.textContent)).observe(region, options);
    return sentences;
  });
  await app.choose(await photographFile('street.png', 128, 128));
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(dialog.getByText(/^This run came to \d+\s% of its budget\.$/)).toBeVisible();
  const sentences = await said.jsonValue();
  expect(sentences.filter((sentence) => sentence.includes('of its budget'))).toHaveLength(1);
  expect(errors).toEqual([]);
});

test('of an engine that dies at its work, the plan and the last memory are told', async ({
  page,
}) => {
  await trustSoftwareAdapter(page);
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile());
  await expect(page.getByText(/^Choosing colours/)).toBeVisible();
  await app.crashEngine();
  await app.expectColoured();
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  const run = dialog.locator('details');
  await expect(run).toHaveText(/In colour · processor .+ · 1 step down/);
  await run.locator('summary').click();
  await expect(run.getByText(/^Try 1 of 2 · WebGPU · .+ · worker\/crashed$/)).toBeVisible();
  await expect(run.getByText(/^Try 2 of 2 · processor · .+ · worked$/)).toBeVisible();
  await expect(
    run.getByText(
      /^The engine ended without a word while [\d.]+ MB were in use at size \d+; the processor was used instead; .+ to use the GPU again, .+\.$/,
    ),
  ).toBeVisible();
  await expect(
    run
      .getByRole('row', { name: /^Weights/ })
      .getByRole('cell')
      .first(),
  ).toHaveText(/^[1-9]/);
});
