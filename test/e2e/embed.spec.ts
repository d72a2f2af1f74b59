import { expect, test } from '@playwright/test';
import { hostPage, serveSites } from '../support/embed-sites.ts';

type Sites = Awaited<ReturnType<typeof serveSites>>;
let sites: Sites;

test.beforeEach(async () => {
  sites = await serveSites();
});
test.afterEach(() => sites.close());

test('a page of another site colours its photograph', async ({ page }) => {
  const { program, host } = sites;
  const photo =
    '<autochrome-photo src="/street.png" alt="A street" preset="low"></autochrome-photo>';
  host.answers.set('/page.html', hostPage(program, photo));
  await page.goto(`${host.address}page.html`);
  await expect(page.getByRole('img', { name: 'A street' })).toBeVisible();
  await page.getByRole('button', { name: 'Colour this photograph' }).click();
  await expect(page.getByText('Coloured by machine')).toBeVisible();
});
