import { expect, type Download } from '@playwright/test';
import { AppPage, holdBack, letterFile, photographFile } from '../support/app-page.ts';
import { test } from '../support/one-visit.ts';

test('colours several files, one of them bad, and saves all the others', async ({ app }) => {
  const { page } = app;
  await app.choose(
    await photographFile('one.png'),
    letterFile(),
    await photographFile('three.png', 224, 320),
  );
  await expect(page.getByText('2 of 3 in colour, 1 failed')).toBeVisible();
  await expect(page.getByRole('status')).toHaveText('All 3 photographs are finished, 1 failed.');
  await expect(page.getByRole('button', { name: 'letter.jpg, 2 of 3: Failed' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'three.png, 3 of 3: In colour' })).toBeVisible();
  const downloads: Download[] = [];
  page.on('download', (download) => downloads.push(download));
  await page.getByRole('button', { name: 'Save all' }).click();
  await expect.poll(() => downloads.length).toBe(2);
  expect(downloads.map((download) => download.suggestedFilename())).toEqual([
    'one-autochrome.png',
    'three-autochrome.png',
  ]);
});

test('pauses after the photograph at work and resumes', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile('one.png'), await photographFile('two.png'));
  await page.getByRole('button', { name: 'Pause' }).click();
  await app.expectColoured();
  await page.getByRole('button', { name: 'two.png, 2 of 2: Waiting' }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await app.expectColoured();
  await expect(page.getByText('2 of 2 in colour')).toBeVisible();
});

test('walks the filmstrip by keyboard and removes a photograph', async ({ app }) => {
  const { page } = app;
  await app.choose(await photographFile('one.png'), await photographFile('two.png', 224, 320));
  await app.expectColoured();
  await page.getByRole('button', { name: /^one\.png, 1 of 2/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('button', { name: /^two\.png/ })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'two.png' })).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('heading', { name: 'one.png' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Opened photographs' })).toBeHidden();
  await app.expectColoured();
});

test('puts a removed photograph back where it was, and finishes or keeps its colours', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile('one.png'), await photographFile('two.png', 224, 320));
  const notice = page.getByRole('region', { name: 'Notice' });
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(notice).toContainText('one.png was removed.');
  await expect(page.getByRole('heading', { name: 'two.png' })).toBeVisible();
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'one.png, 1 of 2: In colour' })).toBeVisible();
  await expect(page.getByText('2 of 2 in colour')).toBeVisible();
  const runs = await app.countRuns();
  await page.getByRole('button', { name: 'Remove' }).click();
  await notice.getByRole('button', { name: 'Undo' }).click();
  await app.expectColoured();
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
  expect(await app.countRuns()).toBe(runs);
});

test('shows what was opened in gray, in order, while the model is still on its way', async ({
  page,
}) => {
  const deliver = await holdBack(page, '**/models/**/shards/**');
  const app = new AppPage(page);
  await app.goto('low');
  const files = [await photographFile('one.png'), letterFile(), await photographFile('three.png')];
  await app.choose(...files);
  await expect(page.getByRole('button', { name: 'one.png, 1 of 3: Working' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'letter.jpg, 2 of 3: Failed' })).toBeVisible();
  const third = page.getByRole('button', { name: 'three.png, 3 of 3: Waiting' });
  await expect(third.locator('canvas')).toBeVisible();
  await expect(page.getByText(/^Fetching the model/)).toBeVisible();
  deliver();
  await expect(page.getByText('2 of 3 in colour, 1 failed')).toBeVisible();
});

test('an engine that crashes in the middle of a batch costs time, and no photograph', async ({
  page,
}) => {
  const deliver = await holdBack(page, '**/models/**/shards/**');
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile('one.png'), await photographFile('two.png'));
  await expect(page.getByText(/^Fetching the model/)).toBeVisible();
  const engine = await app.crashEngine();
  deliver();
  await expect(page.getByText('2 of 2 in colour')).toBeVisible();
  await expect(page.getByText(/failed/i)).toBeHidden();
  expect(page.workers()).not.toContain(engine);
});

test('a crash right after the first guess is told as a step, and not as a failure', async ({
  page,
}) => {
  // Only the first worker: progress goes through a port of its own.
  await page.route(
    '**/engine.worker-*.js',
    async (route) => {
      const response = await route.fetch();
      const patch = `{
        const post = MessagePort.prototype.postMessage;
        MessagePort.prototype.postMessage = function (...sent) {
          post.apply(this, sent);
          if (JSON.stringify(sent[0]).includes('"colours"')) {
            setTimeout(() => { throw new Error('The engine crashes.'); });
          }
        };
      }\n`;
      await route.fulfill({ response, body: patch + (await response.text()) });
    },
    { times: 1 },
  );
  const app = new AppPage(page);
  await app.goto();
  await app.choose(await photographFile());
  const main = page.getByRole('main');
  await expect(main.getByText(/^The engine stopped at size \d+; /)).toBeVisible();
  await app.expectColoured();
  await expect(page.getByRole('region', { name: /^Trouble/ })).toBeHidden();
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
});
