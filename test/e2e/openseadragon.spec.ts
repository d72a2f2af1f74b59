import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type OpenSeadragon from 'openseadragon';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { ViewerColour } from '../../src/openseadragon/viewer-colour.ts';
import { meanAbDifference } from '../support/ab-difference.ts';
import { hostPage, serveSites } from '../support/embed-sites.ts';
import { image3, manifest3 } from '../support/iiif/documents.ts';
import { serveScan } from '../support/iiif/scan-site.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('openseadragon'));

/** The example of the documentation, with the test's own addresses. */
async function serveExample() {
  const [sites, scan] = await Promise.all([serveSites(), serveScan()]);
  const script = await readFile(`${packageFolder}/openseadragon.min.js`);
  const example = await readFile(
    new URL('../../docs/examples/openseadragon.html', import.meta.url),
    'utf8',
  );
  const body = example
    .replaceAll('https://archive.example/', sites.host.address)
    .replaceAll('https://autochrome.example/', sites.program.address)
    .replaceAll('https://iiif.example/', scan.address)
    .replace('const viewer =', 'const viewer = window.viewer =')
    .replace('const colour =', 'const colour = window.colour =');
  sites.host.answers.set('/openseadragon/openseadragon.min.js', {
    body: script,
    type: 'text/javascript',
  });
  sites.host.answers.set('/scan.html', { body, type: 'text/html; charset=utf-8' });
  const close = async () => void (await Promise.all([sites.close(), scan.close()]));
  return { sites, close };
}

/** What the example's script has, put where a test finds it. */
type Shown = { viewer: OpenSeadragon.Viewer; colour: ViewerColour };

type ShownTile = {
  level: number;
  x: number;
  y: number;
  width: number;
  height: number;
  rgba: Uint8Array;
};

/** Goes to a place at once, waits until its tiles are there, and gives their pixels at 1:32 of the scan. */
async function tilesAt(page: Page, zoom: number, x: number, y: number): Promise<ShownTile[]> {
  const tiles = await page.evaluate(
    async ({ zoom, x, y }) => {
      const { viewer } = window as unknown as Shown;
      const item = viewer.world.getItemAt(0);
      viewer.viewport.zoomTo(zoom, undefined, true);
      viewer.viewport.panTo(item.imageToViewportCoordinates(x, y), true);
      viewer.forceRedraw();
      const isReady = () =>
        item.getFullyLoaded() &&
        item.lastDrawn.every(({ tile }) => tile.loaded && !tile.processing);
      // The viewer looks at each frame what is missing.
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      do {
        await nextFrame();
        await nextFrame();
      } while (!isReady());
      // Coarser ones may still lie beneath.
      const finest = Math.max(...item.lastDrawn.map(({ level }) => level));
      const shown = item.lastDrawn.filter(({ level }) => level === finest);
      return Promise.all(
        shown.map(async ({ tile }) => {
          const source: CanvasRenderingContext2D = await tile
            .getCache()
            .getDataAs('context2d', true);
          const { width: tileWidth, height: tileHeight } = source.canvas;
          const scale = item.source.getLevelScale(tile.level);
          const [width, height] = [tileWidth, tileHeight].map((side) =>
            Math.round(side / scale / 32),
          );
          const canvas = new OffscreenCanvas(width!, height!);
          const context = canvas.getContext('2d')!;
          context.imageSmoothingQuality = 'high';
          context.drawImage(source.canvas, 0, 0, width!, height!);
          const place = { x: (tile.x * 256) / scale / 32, y: (tile.y * 256) / scale / 32 };
          const { data } = context.getImageData(0, 0, width!, height!);
          // As a text: lists of numbers take many times as long on their way.
          const text = Array.from(data, (level) => String.fromCharCode(level)).join('');
          return { level: tile.level, ...place, width: width!, height: height!, text };
        }),
      );
    },
    { zoom, x, y },
  );
  return tiles.map(({ text, ...tile }) => ({ ...tile, rgba: Buffer.from(text, 'latin1') }));
}

/** A rectangle out of tiles that lie side by side, all at 1:32. */
function cropOf(tiles: ShownTile[], { x, y, width, height }: ShownTile): Uint8Array {
  const rgba = new Uint8Array(4 * width * height);
  for (const tile of tiles) {
    for (let row = Math.max(y, tile.y); row < Math.min(y + height, tile.y + tile.height); row++) {
      const [from, to] = [Math.max(x, tile.x), Math.min(x + width, tile.x + tile.width)];
      for (let at = 4 * from; at < 4 * to; at++) {
        rgba[4 * ((row - y) * width - x) + at] =
          tile.rgba[4 * ((row - tile.y) * tile.width - tile.x) + at]!;
      }
    }
  }
  return rgba;
}

/** Mean distance of the colours from gray, in Lab's ab. */
function chromaOf(tiles: ShownTile[]): number {
  const each = tiles.map(({ rgba }) =>
    meanAbDifference(rgba, new Uint8Array(rgba.length).fill(128)),
  );
  return each.reduce((sum, chroma) => sum + chroma, 0) / each.length;
}

test('a viewer of another site is coloured: pan, zoom, keyboard, and off again', async ({
  page,
}) => {
  const { sites, close } = await serveExample();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.setViewportSize({ width: 512, height: 384 });
  await page.goto(`${sites.host.address}scan.html`);
  const button = page.getByRole('button', { name: 'Colour this photograph' });
  const mark = page.getByText('Coloured by machine');
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(mark).toBeVisible();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  // The one worker of the engine: the network and every tile are its work.
  expect(page.workers().filter((worker) => worker.url().startsWith('blob:'))).toHaveLength(1);

  const whole = await tilesAt(page, 1, 10_000, 7500);
  expect(chromaOf(whole)).toBeGreaterThan(3);
  const places = [
    [4, 5000, 6600],
    [16, 5200, 6900],
    [30, 14_600, 9500],
  ] as const;
  const differences: number[] = [];
  const levels = new Set<number>();
  for (const [zoom, x, y] of places) {
    for (const tile of await tilesAt(page, zoom, x, y)) {
      levels.add(tile.level);
      differences.push(meanAbDifference(tile.rgba, cropOf(whole, tile)));
    }
  }
  const [most, mean] = [
    Math.max(...differences),
    differences.reduce((a, b) => a + b) / differences.length,
  ];
  console.info(
    `${differences.length} tiles of levels ${[...levels].join()}: ${mean.toFixed(2)} ab apart from the whole in the mean, at most ${most.toFixed(2)}`,
  );
  expect(levels.size).toBeGreaterThanOrEqual(3);
  expect(most).toBeLessThan(1.5);

  const { violations } = await new AxeBuilder({ page }).include('.autochrome-corner').analyze();
  expect(violations).toEqual([]);
  // A page that hides the mark loses the colours, and may have them again.
  const errorCode = () => page.evaluate(() => (window as unknown as Shown).colour.error?.code);
  const hidden = page.getByRole('button', { name: 'Colour this photograph', includeHidden: true });
  const hideControl = (display: string) =>
    hidden.evaluate((element, display) => {
      const { host } = element.getRootNode() as ShadowRoot;
      (host as HTMLElement).style.display = display;
    }, display);
  await hideControl('none');
  await expect.poll(errorCode).toBe('output/unmarked');
  expect(chromaOf(await tilesAt(page, 1, 10_000, 7500))).toBeLessThan(0.1);
  await hideControl('');
  await button.press('Space');
  await expect(mark).toBeVisible();
  await button.press('Space');
  await expect(mark).toBeHidden();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await page.evaluate(() => (window as unknown as Shown).colour.destroy());
  await expect(button).toBeHidden();
  await expect
    .poll(() => page.workers().filter((worker) => worker.url().startsWith('blob:')).length)
    .toBe(0);
  expect(errors).toEqual([]);
  await close();
});

test('a photograph from a IIIF manifest: its picture is put together, and what is not there is told', async ({
  page,
}) => {
  const [sites, scan] = await Promise.all([serveSites(), serveScan()]);
  const service = [{ id: `${scan.address}scan`, type: 'ImageService3', profile: 'level0' }];
  const manifest = JSON.stringify(manifest3(image3({ service })));
  sites.host.answers.set('/book/manifest.json', { body: manifest, type: 'application/json' });
  const photos = [0, 7].map(
    (canvas) =>
      `<autochrome-photo src="/book/manifest.json" canvas="${canvas}" alt="Page ${canvas}"></autochrome-photo>`,
  );
  sites.host.answers.set('/book.html', hostPage(sites.program, photos.join('')));
  await page.goto(`${sites.host.address}book.html`);
  // 1:16 of 20,000 × 15,000: twenty tiles of a service that has nothing else.
  const original = page.getByRole('img', { name: 'Page 0' });
  await expect(original).toHaveJSProperty('naturalWidth', 1250);
  await expect(original).toHaveJSProperty('naturalHeight', 938);
  expect(scan.asked.filter((path) => path.endsWith('.jpg'))).toHaveLength(20);
  await expect(page.getByText('(iiif/no-image)')).toBeVisible();
  await Promise.all([sites.close(), scan.close()]);
});
