import { expect, test, type Locator, type Page } from '@playwright/test';
import { hostPage, hostRules, serveSites, type Answer } from '../support/embed-sites.ts';

type Sites = Awaited<ReturnType<typeof serveSites>>;
let sites: Sites;

test.beforeAll(async () => {
  sites = await serveSites();
});
test.afterAll(() => sites.close());

// Of the other two, storage refused and no WebGPU, embed-frame.spec.ts has the one and embed.spec.ts the other.
type Refusal = { what: string; code: string; attributes: string; fallback: 'link' | 'original' };

/** PROGRAM is the site that the program comes from. */
const OF_ADDRESSES: Refusal[] = [
  {
    what: 'a photograph that its site lets nobody else read',
    code: 'net/no-cors',
    attributes: 'src="PROGRAM/closed.png"',
    fallback: 'link',
  },
  {
    what: 'a photograph that is not there',
    code: 'input/not-found',
    attributes: 'src="/gone.png"',
    fallback: 'original',
  },
  {
    what: 'a file that is no photograph',
    code: 'input/unsupported-format',
    attributes: 'src="/letter.png"',
    fallback: 'link',
  },
  {
    what: 'an engine that is not where it should be',
    code: 'worker/unreachable',
    attributes: 'src="/street.png" engine-src="PROGRAM/gone.js"',
    fallback: 'link',
  },
  {
    what: 'a network whose site lets nobody else read it',
    code: 'net/no-cors',
    attributes: 'src="/street.png" model-base="PROGRAM/closed"',
    fallback: 'link',
  },
];

test('addresses that cannot be read are told by their codes', async ({ page }) => {
  const { program, host } = sites;
  const closed = (type: string): Answer => ({ body: '{}', type });
  program.answers.set('/closed.png', closed('image/png'));
  program.answers.set('/closed/catalogue.json', closed('application/json'));
  host.answers.set('/letter.png', { body: 'Dear museum, this is a letter.', type: 'image/png' });
  const photos = OF_ADDRESSES.map(({ what, attributes }) => {
    const own = attributes.replaceAll('PROGRAM/', program.address);
    return `<autochrome-photo alt="${what}" ${own}></autochrome-photo>`;
  });
  host.answers.set('/page.html', hostPage(program, photos.join('')));
  await page.goto(`${host.address}page.html`);
  const before = program.asked.filter((path) => path.includes('/shards/')).length;
  for (const [at, refusal] of OF_ADDRESSES.entries()) {
    await test.step(refusal.what, () => expectRefused(page, at, refusal));
  }
  expect(program.asked.filter((path) => path.includes('/shards/'))).toHaveLength(before);
});

const OF_RULES = [
  {
    what: 'no worker of a Blob',
    code: 'worker/blocked',
    but: (program: string) => ({ 'worker-src': program }),
  },
  {
    what: 'no WebAssembly, on a machine without WebGPU',
    code: 'wasm/blocked',
    but: (program: string) => ({ 'script-src': program }),
  },
  {
    what: 'no fetch from the program’s site',
    code: 'net/forbidden',
    but: () => ({ 'connect-src': "'self'" }),
  },
];

for (const { what, code, but } of OF_RULES) {
  test(`a host whose Content-Security-Policy allows ${what} is told: ${code}`, async ({ page }) => {
    const { program, host } = sites;
    const photo = '<autochrome-photo alt="A street" src="/street.png"></autochrome-photo>';
    const policy = hostRules(program, but(new URL(program.address).origin));
    const headers = { 'Content-Security-Policy': policy };
    host.answers.set('/strict.html', { ...hostPage(program, photo), headers });
    await page.goto(`${host.address}strict.html`);
    await expectRefused(page, 0, { code, fallback: 'link' });
  });
}

/** Starts a photograph of the page; it says why it cannot, offers what helps, and hangs at nothing. */
async function expectRefused(
  page: Page,
  at: number,
  { code, fallback }: Pick<Refusal, 'code' | 'fallback'>,
): Promise<void> {
  const photo = page.locator('autochrome-photo').nth(at);
  const told = lastErrorOf(photo);
  await photo.getByRole('button', { name: 'Colour this photograph' }).click();
  expect(await told).toMatchObject({ code, fallback });
  await expect(photo.getByText(`(${code})`)).toBeVisible();
  await expect(photo.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(photo.locator('canvas')).toBeHidden();
  const link = photo.getByRole('link', { name: 'Open it in Autochrome' });
  if (fallback === 'original') return expect(link).toBeHidden();
  const address = new URL((await photo.getAttribute('src')) ?? '', sites.host.address).href;
  const href = new URL((await link.getAttribute('href')) ?? '');
  expect(href.origin + href.pathname).toBe(`${sites.program.address}embed.html`);
  expect(href.searchParams.get('src')).toBe(address);
}

/** The detail of the next event `error` after which the work does not go on. */
function lastErrorOf(photo: Locator): Promise<unknown> {
  return photo.evaluate(
    (element) =>
      new Promise((resolve) => {
        element.addEventListener('error', (event) => {
          const { detail } = event as CustomEvent<{ fallback: string }>;
          if (!['wasm', 'memory'].includes(detail.fallback)) resolve(detail);
        });
      }),
  );
}
