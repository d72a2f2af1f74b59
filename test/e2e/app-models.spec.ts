import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { AppPage, holdBack, photographFile } from '../support/app-page.ts';
import { readReport, runColorize } from '../support/run-colorize.ts';

// The shipped model under another id, served by another site, which fails where it is told to.
const folder = 'models/ddcolor-pico';
const card = JSON.parse(await readFile(`${folder}/card.json`, 'utf8')) as {
  weights: { shards: { file: string; bytes: number }[] };
};
const published = 'test/fixtures/published/opset17-fp16.onnx.gz';
const otherCard = { ...card, id: 'other', name: 'Other colours', memory: undefined };

type Site = {
  address: string;
  asked: string[];
  fault: (path: string, response: ServerResponse) => boolean;
  close: () => void;
};
let site: Site;

test.beforeEach(async () => {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    site.asked.push(path);
    if (site.fault(path, response)) return;
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (path === 'card.json') response.end(JSON.stringify(otherCard));
    else if (path === 'page.json') response.end('<!doctype html><title>Sign in</title>');
    else if (/^[\w./-]+$/.test(path)) createReadStream(`${folder}/${path}`).pipe(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () => void (server.close(), server.closeAllConnections());
  site = { address: `http://127.0.0.1:${port}/`, asked: [], fault: () => false, close };
});
test.afterEach(() => site.close());

const group = (page: Page) => page.getByRole('group', { name: 'Model', exact: true });
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Add a model' });

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

async function fetchFrom(page: Page, address: string): Promise<void> {
  await dialogOf(page).getByLabel('Or its address').fill(address);
  await page.keyboard.press('Enter');
}

test('a model of another site is added by keyboard, goes on where it broke, is used, kept and removed', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile('one.png'));
  await app.expectColoured();
  const first = await app.colourfulness();
  const add = page.getByRole('button', { name: 'Add a model…' });
  await add.press('Enter');
  await expectNoViolations(page);

  const broken = card.weights.shards[3]!;
  site.fault = (path, response) => {
    if (path !== broken.file) return false;
    response.writeHead(200, {
      'Content-Length': broken.bytes,
      'Access-Control-Allow-Origin': '*',
    });
    response.write(Buffer.alloc(100_000));
    setImmediate(() => response.destroy());
    return true;
  };
  await fetchFrom(page, site.address);
  const trouble = dialogOf(page).getByRole('region', { name: 'The model was not added' });
  await expect(trouble).toContainText('The connection broke while the model was being fetched.');
  await expect(trouble).toBeFocused();
  await expectNoViolations(page);
  const before = site.asked.filter((path) => path.endsWith('.bin') && path !== broken.file);
  expect(before.length).toBeGreaterThan(0);
  site.fault = () => false;
  site.asked.length = 0;
  await fetchFrom(page, site.address);
  await expect(dialogOf(page)).toBeHidden();
  await expect(add).toBeFocused();
  expect(site.asked.filter((path) => before.includes(path))).toEqual([]);
  await add.press('Enter');
  await fetchFrom(page, site.address);
  await expect(page.getByRole('status')).toHaveText('Other colours was here already.');

  const other = group(page).getByRole('radio', { name: /^Other colours/ });
  await expect(other).not.toBeChecked();
  await group(page).getByRole('radio', { checked: true }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(other).toBeChecked();
  await page.getByText('How it was done').click();
  await expect(page.locator('aside').getByText(/^Other colours · /)).toBeVisible();
  expect(Math.abs((await app.colourfulness()) - first)).toBeLessThan(0.5);

  site.close();
  await page.reload();
  await app.choose(await photographFile('two.png'));
  await app.expectColoured();
  await expect(other).toBeChecked();
  await page.getByText('How it was done').click();
  await expect(page.locator('aside').getByText(/^Other colours · /)).toBeVisible();

  const tab = await page.context().newPage();
  await holdBack(tab, '**/*.wasm');
  await tab.goto('./');
  await new AppPage(tab).choose(await photographFile('three.png'));
  await expect(group(tab).getByRole('radio')).toHaveCount(2);

  await page.getByRole('button', { name: 'About Other colours' }).press('Enter');
  const about = page.getByRole('dialog', { name: 'Other colours' });
  await expect(about).toContainText(site.address);
  await expectNoViolations(page);
  await about.getByRole('button', { name: 'Remove this model' }).press('Enter');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(about).toBeHidden();
  await expect(group(page).getByRole('radio')).toHaveCount(1);
  await expect(add).toBeFocused();
  await tab.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(group(tab).getByRole('radio')).toHaveCount(1);
  await tab.close();
  await expect(page.getByText('This one was coloured with Other colours.')).toBeVisible();
  await page.getByRole('button', { name: 'Colour again with DDColor pico' }).click();
  await expect(page.locator('aside').getByText(/^DDColor pico · /)).toBeVisible();
});

test('where the list of models did not come, that is said, and it comes once it can', async ({
  page,
}) => {
  const app = new AppPage(page);
  const catalogue = '**/models/catalogue.json';
  await page.route(catalogue, (route) => route.fulfill({ status: 503 }));
  await app.goto();
  await app.choose(await photographFile());
  await expect(group(page)).toContainText('The list of models comes with the first connection.');
  await page.unroute(catalogue);
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(group(page).getByRole('radio')).toHaveCount(1);
  await expect(group(page)).not.toContainText('The list of models');
});

test('the command line colours with a published ONNX file, and says why another is refused', async () => {
  const workplace = test.info().outputPath();
  await mkdir(workplace, { recursive: true });
  await writeFile(join(workplace, 'small.onnx'), gunzipSync(await readFile(published)));
  await writeFile(join(workplace, 'letter.onnx'), 'Dear museum');
  const { name, buffer } = await photographFile();
  await writeFile(join(workplace, name), buffer);
  const line = `${name} --out out --size 256 --device wasm --json report.json --model`.split(' ');
  const run = await runColorize([...line, 'small.onnx'], workplace);
  expect(run.status, run.stderr).toBe(0);
  const [entry] = await readReport(join(workplace, 'report.json'));
  expect(entry?.model).toMatch(/^small\.[0-9a-f]{12}$/);
  const refused = await runColorize([...line, 'letter.onnx'], workplace);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('letter.onnx was not taken: This file is not an ONNX model');
});

test('what is no model, or has no room, is refused with a sentence of its own, and nothing is changed', async ({
  page,
  baseURL,
}) => {
  // Before the page is there: what browsers believe to have left they believe for a while.
  const session = await page.context().newCDPSession(page);
  const room = { origin: new URL(baseURL!).origin, quotaSize: 500_000 };
  await session.send('Storage.overrideQuotaForOrigin', room);
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  await app.expectColoured();
  await page.getByRole('button', { name: 'Add a model…' }).click();
  const happened = dialogOf(page).locator('.happened');

  await fetchFrom(page, `${site.address}page.json`);
  await expect(happened).toContainText('gave is not a model’s card');
  site.fault = (_, response) => Boolean(response.end(JSON.stringify(otherCard)));
  await fetchFrom(page, site.address);
  await expect(happened).toContainText('does not let other sites’ pages read it (CORS)');
  await fetchFrom(page, 'file:///etc/passwd');
  await expect(happened).toHaveText('That is no web address.');

  const choose = async (name: string, buffer: Buffer) => {
    const picker = page.waitForEvent('filechooser');
    await dialogOf(page).getByRole('button', { name: 'Choose a file' }).click();
    await (await picker).setFiles({ name, mimeType: '', buffer });
  };
  await choose('letter.onnx', Buffer.from('Dear museum'));
  await expect(happened).toHaveText('This file is not an ONNX model, or it is cut off.');
  await choose('small.onnx', gunzipSync(await readFile(published)));
  await expect(happened).toHaveText('This browser has no room left to keep small.');
  await dialogOf(page).evaluate((dialog) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['notes'], 'notes.txt'));
    dialog.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  });
  await expect(happened).toContainText('There was no model in that');
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
  await expect(group(page).getByRole('radio')).toHaveCount(1);
  await expect(app.saveButton).toBeEnabled();
});
