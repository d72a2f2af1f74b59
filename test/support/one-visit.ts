import { expect, test as base } from '@playwright/test';
import { AppPage } from './app-page.ts';

/**
 * Tests of one visit after the other's photographs were removed: page, worker, program and network stay, which
 * take longer to come than all that such a test does. For what begins with a visit, `page` of Playwright's own.
 */
export const test = base.extend<{ app: AppPage }, { visit: AppPage }>({
  visit: [
    async ({ browser }, use, { project }) => {
      const { baseURL } = project.use;
      if (!baseURL) throw new Error('The configuration names no site.');
      const context = await browser.newContext({ baseURL, serviceWorkers: 'block' });
      const app = new AppPage(await context.newPage());
      await app.goto('low');
      await use(app);
      await context.close();
    },
    { scope: 'worker' },
  ],
  // Of a visit in which a test has failed nothing is left: Playwright begins another.
  app: async ({ visit }, use) => {
    await use(visit);
    await removeAll(visit);
  },
});

async function removeAll({ page }: AppPage): Promise<void> {
  const cells = page.getByRole('region', { name: 'Opened photographs' }).getByRole('listitem');
  for (let left = Math.max(1, await cells.count()); left > 0; left--) {
    await page
      .getByRole('button', { name: /^Remove( it)?$/ })
      .first()
      .click();
  }
  await expect(page.getByRole('button', { name: 'Open photographs' })).toBeVisible();
}
