import { expect, test, type Page } from '@playwright/test';
import { examplePage, hostRules, serveSites } from '../support/embed-sites.ts';
import { info3 } from '../support/iiif/documents.ts';
import { expectNoViolations } from '../support/no-violations.ts';

type Sites = Awaited<ReturnType<typeof serveSites>>;
let sites: Sites;

test.beforeEach(async () => {
  sites = await serveSites();
});
test.afterEach(() => sites.close());

const TEN = 10;

test('ten photographs of another site share one engine, by keyboard and under the strictest rules', async ({
  page,
}) => {
  const { program, host } = sites;
  const { body, type } = await examplePage('element', sites);
  const photos = Array.from({ length: TEN - 1 }, (_, at) =>
    photo(`A street, view ${at + 2}`, at === 0 ? '/iiif/street/info.json' : '/street.png'),
  );
  serveStreetByIiif(host);
  host.answers.set('/page.html', {
    type,
    body: body
      .replace('<autochrome-photo>', '<autochrome-photo preset="low">')
      .replace('</main>', `${photos.join('')}</main>`),
    headers: { 'Content-Security-Policy': hostRules(program) },
  });
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).origin));

  // Before anything is asked for: every original is there, and nothing of the engine.
  await page.goto(`${host.address}page.html`);
  await expect(page.getByRole('img', { name: 'A street, view 10' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Colour this photograph' })).toHaveCount(TEN);
  expect(program.asked.filter((path) => /engine|client|wasm|models/.test(path))).toEqual([]);
  await expectNoViolations(page, 'before');

  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Colour this photograph' }).first()).toBeFocused();
  const noGpu = page.evaluate(
    () =>
      new Promise((resolve) => {
        const listen = (event: Event) => resolve((event as CustomEvent<unknown>).detail);
        document.querySelector('autochrome-photo')?.addEventListener('error', listen);
      }),
  );
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  // This browser has no WebGPU: the processor does it, and the page is told.
  expect(await noGpu).toMatchObject({ code: 'gpu/unavailable', fallback: 'wasm' });
  await page.evaluate(() => {
    for (const photo of document.querySelectorAll('autochrome-photo')) {
      void (photo as HTMLElement & { colour(): Promise<void> }).colour();
    }
  });
  await expect(page.locator('autochrome-photo[state=coloured]')).toHaveCount(TEN);
  expect(page.workers()).toHaveLength(1);
  const weights = program.asked.filter((path) => /models|wasm|engine/.test(path));
  expect(weights.length).toBeGreaterThan(5);
  expect(weights).toEqual([...new Set(weights)]);

  await expect(page.getByText('Coloured by machine', { exact: true })).toHaveCount(TEN);
  await expect(page.getByText('(gpu/unavailable)')).toHaveCount(TEN);
  const divider = page.getByRole('slider', { name: 'Divide original and colour' }).first();
  // Whoever started it by keyboard is at the divider now.
  await expect(divider).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  const value = '48% original, 52% coloured by machine';
  await expect(divider).toHaveAttribute('aria-valuetext', value);
  await page.keyboard.press('Home');
  expect(await colourfulness(page)).toBeGreaterThan(3);
  // Drawn again, from what the engine has let go of meanwhile.
  const first = page.locator('autochrome-photo').first();
  await first.evaluate((photo) => photo.setAttribute('strength', '0'));
  await expect.poll(() => colourfulness(page)).toBeLessThan(1);
  await expectNoViolations(page, 'coloured');
  expect([...hosts].sort()).toEqual([host, program].map(({ address }) => originOf(address)).sort());

  // Away with them all: the engine ends. One that comes back, to start when it is seen, works again with weights that were kept.
  const back = await first.elementHandle();
  await page.evaluate(() => document.querySelector('main')?.replaceChildren());
  await expect.poll(() => page.workers().length).toBe(0);
  await page.evaluate((photo) => {
    photo?.setAttribute('reveal', 'auto');
    document.querySelector('main')?.append(photo!);
  }, back);
  await expect(page.locator('autochrome-photo[state=coloured]')).toHaveCount(1);
  expect(program.asked.filter((path) => path.includes('/shards/'))).toHaveLength(
    weights.filter((path) => path.includes('/shards/')).length,
  );
});

function photo(alt: string, src: string): string {
  return `<autochrome-photo src="${src}" alt="${alt}" preset="low"></autochrome-photo>`;
}

/** The street as a level-0 service has it: https://iiif.io/api/image/3.0/compliance/. */
function serveStreetByIiif({ address, answers }: Sites['host']): void {
  const info = info3({
    id: `${address}iiif/street`,
    profile: 'level0',
    ...{ width: 160, height: 112 },
  });
  answers.set('/iiif/street/info.json', {
    body: JSON.stringify(info),
    type: 'application/ld+json',
  });
  answers.set('/iiif/street/full/max/0/default.jpg', answers.get('/street.png') ?? null);
}

function originOf(address: string): string {
  return new URL(address).origin;
}

/** Mean chroma (largest minus smallest channel, 0–255) of what the first element draws in colour. */
function colourfulness(page: Page): Promise<number> {
  return page
    .locator('autochrome-photo canvas')
    .first()
    .evaluate((drawn: HTMLCanvasElement) => {
      const { width, height } = drawn;
      const copy = new OffscreenCanvas(width, height).getContext('2d');
      if (!copy) throw new Error('The browser has no canvas.');
      copy.drawImage(drawn, 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
        sum += Math.max(r, g, b) - Math.min(r, g, b);
      }
      return sum / (data.length / 4);
    });
}
