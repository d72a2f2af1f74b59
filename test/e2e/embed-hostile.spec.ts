import { expect, test } from '@playwright/test';
import { hostPage, serveSites } from '../support/embed-sites.ts';

type Sites = Awaited<ReturnType<typeof serveSites>>;
let sites: Sites;

test.beforeEach(async () => {
  sites = await serveSites();
});
test.afterEach(() => sites.close());

/** What a careless or hostile page does to what every program of it shares. */
const POLLUTED = `<script>
  Object.prototype.engine = new URL('/evil.js', location.href);
  Object.prototype.catalogue = new URL('/evil.json', location.href);
  Object.prototype.code = 'bug/invariant';
  Array.prototype.last = () => { throw new Error('Not yours.'); };
  Object.defineProperty(Object.prototype, 'ArrowLeft', { value: 99 });
</script>`;

const PHOTO = '<autochrome-photo src="/street.png" alt="A street" preset="low"></autochrome-photo>';

test('a hostile page hangs nothing: nodes that go in the middle, and a polluted realm', async ({
  page,
}) => {
  const { program, host } = sites;
  host.answers.set('/page.html', hostPage(program, POLLUTED + PHOTO));
  await page.goto(`${host.address}page.html`);
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));

  // Taken away at every step of the way, put back, and taken away again.
  await page.evaluate(async () => {
    type Photo = HTMLElement & { colour(): Promise<void>; cancel(): void };
    const photo = document.querySelector<Photo>('autochrome-photo')!;
    const main = photo.parentElement!;
    for (let round = 0; round < 20; round++) {
      void photo.colour();
      if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round * 5));
      if (round % 2 === 0) photo.remove();
      else photo.cancel();
      main.append(photo);
    }
    photo.remove();
  });
  await expect.poll(() => page.workers().length).toBe(0);

  // What is in the middle of its run when it goes: its worker goes too.
  const removed = page.evaluate(
    (html) =>
      new Promise<string[]>((resolve) => {
        const main = document.querySelector('main')!;
        main.insertAdjacentHTML('beforeend', html);
        const photo = main.querySelector<HTMLElement & { colour(): void }>('autochrome-photo')!;
        const stages: string[] = [];
        photo.addEventListener('progress', (event) => {
          const { stage } = (event as Event as CustomEvent<{ stage: string }>).detail;
          stages.push(stage);
          if (stage !== 'colouring') return;
          photo.remove();
          resolve(stages);
        });
        photo.colour();
      }),
    PHOTO,
  );
  expect((await removed).filter((stage) => stage === 'colouring')).toHaveLength(1);
  await expect.poll(() => page.workers().length).toBe(0);

  // Where the realm itself is broken it does not work, and says so.
  await page.evaluate((html) => {
    document.querySelector('main')?.insertAdjacentHTML('beforeend', html);
    Object.assign(Object.prototype, { signal: 'no signal' });
  }, PHOTO);
  await page.getByRole('button', { name: 'Colour this photograph' }).click();
  await expect(page.getByText('(bug/invariant)')).toBeVisible();
  expect(errors).toEqual([]);
  expect(host.asked.filter((path) => path.includes('evil'))).toEqual([]);
});
