import { expect, test } from '@playwright/test';
import { AppPage, photographFile } from '../support/app-page.ts';

test('a whole visit asks nobody else for anything and breaks no rule of the page’s policy', async ({
  page,
  context,
  baseURL,
}) => {
  const asked: string[] = [];
  const broken: string[] = [];
  context.on('request', (request) => void asked.push(request.url()));
  context.on('console', (message) => {
    if (/content security|trusted/i.test(message.text())) broken.push(message.text());
  });
  await page.addInitScript(() => {
    Object.assign(globalThis, { violations: [] as string[] });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      (globalThis as unknown as { violations: string[] }).violations.push(
        `${violatedDirective} ${blockedURI}`,
      ),
    );
  });
  const violations = () =>
    page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);

  const app = new AppPage(page);
  await app.goto('low');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByRole('button', { name: 'A street, drawn by this page' }).click();
  await app.choose(await photographFile());
  await app.expectColoured();
  await app.strength.fill('0.5');
  const download = page.waitForEvent('download');
  await app.saveButton.click();
  await download;
  for (const name of ['Offline', 'Diagnostics', 'Add a model…', 'About DDColor pico']) {
    await page.getByRole('button', { name }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
  }
  expect(await violations()).toEqual([]);
  const licences = await (await page.request.get('./licences.txt')).text();
  const bundled = ['svelte', 'comlink', 'onnxruntime-web', 'workbox-precaching'];
  for (const name of [...bundled, '@fontsource-variable/source-serif-4']) {
    expect(licences).toMatch(new RegExp(`^${name} [0-9.]+\\n[A-Z]`, 'm'));
  }
  expect(broken).toEqual([]);
  const isOwn = (address: string) => address.startsWith(baseURL!) || address.startsWith('blob:');
  expect(asked.filter((address) => !isOwn(address))).toEqual([]);

  // And the policy does hold: each of these is refused, and told.
  const refused = await page.evaluate(async () => {
    const outcome = async (work: () => unknown) => {
      try {
        await work();
        return 'allowed';
      } catch {
        return 'refused';
      }
    };
    const script = document.createElement('script');
    const attacks: Record<string, () => unknown> = {
      fetch: () => fetch('https://example.org/'),
      eval: () => Reflect.construct(Function, ['return 1']),
      markup: () => (document.createElement('div').innerHTML = '<b>bold</b>'),
      worker: () => new Worker('https://example.org/worker.js'),
      script: () => (script.src = 'https://example.org/script.js'),
    };
    const found: Record<string, string> = {};
    // In the test's own task the browser lets eval pass.
    await new Promise((resolve) => setTimeout(resolve));
    for (const [name, attack] of Object.entries(attacks)) found[name] = await outcome(attack);
    document.body.setAttribute('style', 'color: red');
    return found;
  });
  const all = ['fetch', 'eval', 'markup', 'worker', 'script'];
  expect(refused).toEqual(Object.fromEntries(all.map((name) => [name, 'refused'])));
  await expect.poll(violations).toContain('style-src-attr inline');
});
