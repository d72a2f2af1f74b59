import { expect, test, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { AppPage, letterFile, photographFile } from '../support/app-page.ts';

async function openDiagnostics(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  return page.getByRole('dialog', { name: 'Diagnostics' });
}

/** Lines of the runs in the journal, newest first. */
const runsIn = (dialog: Locator) => dialog.locator('summary');

async function copiedText(page: Page, dialog: Locator): Promise<string> {
  await dialog.getByRole('button', { name: 'Copy as text' }).click();
  await expect(dialog.getByText('Copied.')).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** What the journal's database says of names, once its last change is written. */
function areNamesKept(page: Page): Promise<unknown> {
  return page.evaluate(
    () =>
      new Promise<unknown>((resolve, reject) => {
        const opening = indexedDB.open('autochrome-journal');
        opening.addEventListener('success', () => {
          const read = opening.result.transaction('runs').objectStore('runs').get('keeps-names');
          read.addEventListener('success', () => resolve(read.result));
          read.addEventListener('error', () => reject(read.error));
        });
      }),
  );
}

/** Writes into the journal's database what no run would have written there. */
async function damageJournal(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('autochrome-journal');
        opening.addEventListener('success', () => {
          const database = opening.result;
          const change = database.transaction('runs', 'readwrite');
          change.objectStore('runs').put({ attempts: 'none' }, 'run:999999999999999:damaged');
          change.objectStore('runs').put('not a run at all', 'run:999999999999998:damaged');
          change.addEventListener('complete', () => resolve(database.close()));
          change.addEventListener('error', () => reject(change.error));
        });
      }),
  );
}

test('copies its diagnostics as text: the machine, its budget, and each run', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await app.expectColoured();
  const text = await copiedText(page, await openDiagnostics(page));
  expect(text).toMatch(/^Autochrome diagnostics, \d{4}-/);
  expect(text).toContain('Runs on: processor (wasm)');
  expect(text).toMatch(/Budget: A run may take [\d,]+ MB: /);
  expect(text).toMatch(/Photograph: In colour · processor · .+ · size 256 · fp32/);
  expect(text).toContain('Photograph: 320\u00a0×\u00a0224');
  expect(text).toMatch(/considered: .+ on wasm, 256 fp32, .+: chosen/);
  expect(text).toMatch(/Took: Prepare .+, Choose colours .+/);
  expect(text).not.toContain('street.png');
});

test('keeps the journal through a visit’s end, without names; damage in it is ignored', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile());
  await app.expectColoured();
  const dialog = await openDiagnostics(page);
  await expect(runsIn(dialog)).toHaveText(/street\.png.+In colour/);
  await damageJournal(page);
  await page.reload();
  await openDiagnostics(page);
  await expect(dialog.getByText('Runs in this visit: 0')).toBeVisible();
  await expect(runsIn(dialog)).toHaveCount(1);
  await expect(runsIn(dialog)).toHaveText(/Photograph .+In colour · processor/);
  await runsIn(dialog).click();
  await expect(dialog.getByText('One try · processor')).toBeVisible();
  await dialog.getByRole('button', { name: 'Clear the journal' }).click();
  await expect(dialog.getByText('Nothing has been run yet.')).toBeVisible();
  await page.reload();
  await openDiagnostics(page);
  await expect(dialog.getByText('Nothing has been run yet.')).toBeVisible();
});

test('includes names where that is asked for: kept, copied and saved', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const app = new AppPage(page);
  await app.goto();
  await app.choose(letterFile('grandfather.jpg'));
  await expect(page.getByRole('region', { name: /^Trouble/ })).toBeVisible();
  const dialog = await openDiagnostics(page);
  await expect(runsIn(dialog)).toHaveText(/grandfather\.jpg.+Failed · input\/unsupported-format/);
  expect(await savedJson(page, dialog)).not.toContain('grandfather');
  await dialog.getByRole('checkbox', { name: 'Include file names' }).check();
  const saved = JSON.parse(await savedJson(page, dialog)) as { runs: { name: string }[] };
  expect(saved.runs.map(({ name }) => name)).toEqual(['grandfather.jpg']);
  expect(await copiedText(page, dialog)).toContain('grandfather.jpg');
  await page.reload();
  await openDiagnostics(page);
  await expect(dialog.getByRole('checkbox', { name: 'Include file names' })).toBeChecked();
  await expect(runsIn(dialog)).toHaveText(/grandfather\.jpg/);
  await dialog.getByRole('checkbox', { name: 'Include file names' }).uncheck();
  await expect.poll(() => areNamesKept(page)).toBe(false);
  await page.reload();
  await openDiagnostics(page);
  await expect(runsIn(dialog)).toHaveText(/Photograph .+Failed/);
});

async function savedJson(page: Page, dialog: Locator): Promise<string> {
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as JSON' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^autochrome-diagnostics-\d{4}-\d\d-\d\d\.json$/);
  return readFile(await saved.path(), 'utf8');
}

test('trouble’s details open at its run, with the error and with advice', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto();
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 503, body: 'busy' }));
  await app.choose(await photographFile());
  await page
    .getByRole('region', { name: /^Trouble/ })
    .getByText('Details')
    .click();
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(runsIn(dialog)).toHaveText(/street\.png.+Failed · net\/http/);
  await expect(dialog.getByText(/^One try .*· net\/http$/)).toBeInViewport();
  await expect(dialog.getByText(/; try again in a moment\.$/)).toBeInViewport();
  await expect(dialog.getByText(/^This run was on the processor and took no GPU/)).toBeAttached();
});

test('of a file in a batch that cannot be read, the details open at what is known of it', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1000, height: 500 });
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile('one.png'), letterFile());
  await page.getByRole('button', { name: 'letter.jpg, 2 of 2: Failed' }).click();
  await page
    .getByRole('region', { name: /^Trouble/ })
    .getByText('Details')
    .click();
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(dialog.getByText(/^input\/unsupported-format: This file/)).toBeInViewport();
});

test('the diagnostics open without a connection, where they are wanted most', async ({
  page,
  context,
}) => {
  const app = new AppPage(page);
  const fetched = page.waitForResponse(/Diagnostics-.+\.css$/);
  await app.goto();
  await (await fetched).finished();
  await context.setOffline(true);
  await app.choose(await photographFile());
  await page
    .getByRole('region', { name: /^Trouble/ })
    .getByText('Details')
    .click();
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(dialog.getByText(/^One try .*· net\/offline$/)).toBeInViewport();
});
