import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { AppPage, photographFile } from '../support/app-page.ts';

/** A finger covers this much (WCAG 2.5.5). */
const FINGER_PX = 44;

test.use({
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 3,
  isMobile: true,
  hasTouch: true,
});

/** Names of what can be tapped and is smaller than a finger. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const targets = [...document.querySelectorAll<HTMLElement>('button, a, summary, label, input')];
    return targets
      .filter((element) => element.checkVisibility() && !element.closest('label > *'))
      .filter((element) => !(element instanceof HTMLLabelElement && element.htmlFor))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(({ element, box }) => `${element.textContent} ${box.width} × ${box.height}`);
  }, FINGER_PX);
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

async function stageHeight(app: AppPage): Promise<number> {
  return (await app.stage.boundingBox())?.height ?? 0;
}

test('shows several photographs as a grid, one when it is tapped, and all again', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.goto('low');
  const files = ['one.png', 'two.png', 'three.png', 'four.png'];
  await app.choose(...(await Promise.all(files.map((name) => photographFile(name)))));
  const cells = page.getByRole('region', { name: 'Opened photographs' }).getByRole('listitem');
  await expect(cells).toHaveCount(4);
  await expect(app.stage).toBeHidden();
  const boxes = await Promise.all((await cells.all()).map((cell) => cell.boundingBox()));
  expect(boxes[0]?.y).toBe(boxes[1]?.y);
  expect(boxes[3]?.y).toBeGreaterThan(boxes[0]?.y ?? Infinity);
  await expect(page.getByText('4 of 4 in colour')).toBeVisible();
  await page.getByRole('button', { name: /^two\.png/ }).tap();
  await app.expectColoured();
  await expect(page.getByRole('heading', { name: 'two.png' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all 4' }).tap();
  await expect(app.stage).toBeHidden();
  await expect(cells.first()).toBeVisible();
});

test('has room for fingers, and for the picture while it is adjusted', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto('low');
  expect(await smallTargets(page)).toEqual([]);
  await app.choose(await photographFile('one.png'), await photographFile('two.png'));
  await expect(page.getByText('2 of 2 in colour')).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
  await page.getByRole('button', { name: /^one\.png/ }).tap();
  await app.expectColoured();
  await page.getByRole('button', { name: 'Adjust' }).tap();
  await expect(app.strength).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
  expect(await stageHeight(app)).toBeGreaterThan(844 * 0.4);
  await page.setViewportSize({ width: 844, height: 390 });
  await expect.poll(() => stageHeight(app)).toBeGreaterThan(390 * 0.5);
  await page.setViewportSize({ width: 320, height: 568 });
  await expect.poll(() => overflow(page)).toBe(0);
});

/** Two fingers, `from` and then `to` pixels left and right of a point. */
async function pinch(cdp: CDPSession, at: { x: number; y: number }, from: number, to: number) {
  const fingers = (apart: number) => [
    { x: at.x - apart, y: at.y, id: 1 },
    { x: at.x + apart, y: at.y, id: 2 },
  ];
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: object[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: touchPoints as never });
  await touch('touchStart', fingers(from));
  for (let step = 1; step <= 8; step++) {
    await touch('touchMove', fingers(from + ((to - from) * step) / 8));
  }
  await touch('touchEnd', []);
}

test('zooms with two fingers around what is between them, and stays there when turned', async ({
  page,
  context,
}) => {
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile('large.png', 3000, 2100));
  await app.expectColoured();
  const box = await app.stage.boundingBox();
  if (!box) throw new Error('The stage is not laid out.');
  const at = { x: box.x + box.width * 0.25, y: box.y + box.height * 0.4 };
  const base = app.stage.locator('.side canvas').first();
  const under = () =>
    base.evaluate((canvas, { x, y }) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      return { x: (x - left) / width, y: (y - top) / height, width };
    }, at);
  const before = await under();
  await pinch(await context.newCDPSession(page), at, 20, 60);
  await expect.poll(async () => (await under()).width / before.width).toBeCloseTo(3, 1);
  const after = await under();
  expect(after.x).toBeCloseTo(before.x, 2);
  await expect(app.divider).toHaveAttribute('aria-valuenow', '50');
  await page.setViewportSize({ width: 844, height: 390 });
  await expect.poll(async () => (await under()).width).toBeCloseTo(after.width, 0);
});

test('keeps its colours when it was hidden, and colours the next photograph', async ({ page }) => {
  const app = new AppPage(page);
  await app.goto('low');
  await app.choose(await photographFile('one.png'));
  await app.expectColoured();
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await app.choose(await photographFile('two.png', 224, 320));
  await expect(page.getByText('2 of 2 in colour')).toBeVisible();
  await page.getByRole('button', { name: 'Show all 2' }).tap();
  await page.getByRole('button', { name: /^one\.png/ }).tap();
  await expect.poll(() => app.colourfulness()).toBeGreaterThan(3);
});
