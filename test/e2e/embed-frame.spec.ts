import { expect, test, type Page } from '@playwright/test';
import { examplePage, hostPage, serveSites } from '../support/embed-sites.ts';
import { expectNoViolations } from '../support/no-violations.ts';

type Sites = Awaited<ReturnType<typeof serveSites>>;
let sites: Sites;

test.beforeEach(async () => {
  sites = await serveSites();
});
test.afterEach(() => sites.close());

type Message = { type: string; code?: string; fallback?: string; autochrome: number };

/** Keeps what frames tell the page. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    addEventListener('message', ({ data, origin }) => heard.push({ ...data, origin }));
  });
}

function heard(page: Page): Promise<Message[]> {
  return page.evaluate(() => (globalThis as unknown as { heard: Message[] }).heard);
}

/** Sends a message to the frame, as the page around it. */
function post(page: Page, message: unknown): Promise<void> {
  return page.evaluate(
    (data) => document.querySelector('iframe')?.contentWindow?.postMessage(data, '*'),
    message,
  );
}

test('a frame of another site, which may keep nothing, colours and tells its host', async ({
  page,
}) => {
  const { program, host } = sites;
  const { body, type } = await examplePage('frame', sites);
  host.answers.set('/frame.html', {
    type,
    body: body.replace('&amp;alt=', '&amp;preset=low&amp;alt='),
  });
  await listen(page);
  await page.goto(`${host.address}frame.html`);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('img', { name: 'A street' })).toBeVisible();
  await expectNoViolations(page, 'frame');
  // What is no message of the protocol changes nothing.
  await post(page, { autochrome: 1, type: 'set', strength: 'much' });
  await post(page, { autochrome: 2, type: 'colour' });
  await post(page, JSON.parse('{"autochrome":1,"type":"colour","__proto__":{"x":1},"src":"/a"}'));
  await post(page, { autochrome: 1, type: 'set', position: 25 });
  await page.getByRole('button', { name: 'Colour the street' }).click();
  await expect(frame.getByText('Coloured by machine', { exact: true })).toBeVisible();
  await expect(frame.getByRole('slider')).toHaveAttribute('aria-valuenow', '25');
  await expect(frame.getByText('(store/denied)')).toBeVisible();
  await expect(frame.getByText('(gpu/unavailable)')).toBeVisible();
  await expectNoViolations(page, 'coloured');

  // A flood is dropped, and the visitor's keys are still heard.
  await page.evaluate(() => {
    const { contentWindow } = document.querySelector('iframe')!;
    for (let at = 0; at < 20_000; at++) {
      contentWindow?.postMessage({ autochrome: 1, type: 'set', position: 75 }, '*');
    }
  });
  await expect(frame.getByRole('slider')).toHaveAttribute('aria-valuenow', '75');
  await frame.getByRole('slider').press('Home');
  await expect(frame.getByRole('slider')).toHaveAttribute('aria-valuenow', '0');

  const told = await heard(page);
  const origins = new Set(told.map((message) => (message as Message & { origin: string }).origin));
  expect([...origins]).toEqual([new URL(program.address).origin]);
  expect(new Set(told.map(({ autochrome }) => autochrome))).toEqual(new Set([1]));
  expect(told[0]).toMatchObject({ type: 'ready' });
  expect(told.filter(({ type }) => type === 'error')).toMatchObject([
    { code: 'gpu/unavailable', fallback: 'wasm' },
    { code: 'store/denied', fallback: 'memory' },
  ]);
  expect(told.at(-1)).toMatchObject({ type: expect.stringMatching(/complete|size/) });
  // Nothing of the picture is in what is told.
  expect(JSON.stringify(told)).not.toMatch(/street\.png|data:|blob:/);
});

test('a hostile page gets no word, no picture and no rest out of a frame', async ({ page }) => {
  const { program, host } = sites;
  const asked = new URLSearchParams({
    src: `${program.address}street.png`,
    alt: 'A street',
    // Not the page around it: whatever that sends is not heard, and nothing is told.
    host: 'https://archive.example',
    'engine-src': `${host.address}evil.js`,
    'model-base': `${host.address}evil`,
  });
  const address = `${program.address}embed.html?${asked}`.replaceAll('&', '&amp;');
  const body = `<iframe title="A street" src="${address}"></iframe>`;
  host.answers.set('/frame.html', hostPage(program, body));
  await listen(page);
  await page.goto(`${host.address}frame.html`);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('img', { name: 'A street' })).toBeVisible();
  const reached = await page.evaluate(() => {
    const { contentWindow } = document.querySelector('iframe')!;
    for (let at = 0; at < 50_000; at++)
      contentWindow?.postMessage({ autochrome: 1, type: 'colour' }, '*');
    try {
      return String(contentWindow?.document.querySelector('autochrome-photo'));
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(reached).toBe('SecurityError');
  const button = frame.getByRole('button', { name: 'Colour this photograph' });
  await expect(button).toBeEnabled();
  // The flood is over when the frame answers: nothing was started, nothing was told.
  await frame.locator('body').evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await expect(frame.locator('autochrome-photo')).toHaveAttribute('state', 'idle');
  expect(await heard(page)).toEqual([]);
  expect(host.asked.filter((path) => path.includes('evil'))).toEqual([]);
});
