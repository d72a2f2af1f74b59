import { expect, test, type Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import type { ColorizedFile } from '../../src/cli/engine-page-api.ts';
import type { Backend } from '../../src/worker/protocol.ts';
import { meanAbDifference } from '../support/ab-difference.ts';
import { decodeInPage } from '../support/decode-in-page.ts';
import { drawnPng } from '../support/drawn-png.ts';

// The real weights on real WebGPU. On a software adapter a run at 64² takes half a minute.
const SIZE = 64;
const WIDTH = 240;
const HEIGHT = 160;

/** Colours a drawn picture in the bare engine page; the PNG that it writes is answered too. */
async function colorize(page: Page, device: Backend): Promise<ColorizedFile & { png: Buffer }> {
  const picture = await drawnPng(WIDTH, HEIGHT);
  let png: Buffer | null = null;
  await page.route('**/out.png', async (route) => {
    png = route.request().postDataBuffer();
    await route.fulfill({ status: 204 });
  });
  const outcome = await page.evaluate(
    ({ inputUrl, wish }) =>
      globalThis.autochromeEngine!.colorizeFile({
        inputUrl,
        name: 'picture.png',
        outputUrl: '/out.png',
        wish,
        look: { strength: 1, saturation: 1 },
        format: 'png',
        quality: 1,
      }),
    {
      inputUrl: `data:image/png;base64,${picture.toString('base64')}`,
      wish: { kind: 'auto', size: SIZE, device, wantsPreview: false, variant: 'fp32' } as const,
    },
  );
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
  return { ...outcome.value, png: png! };
}

test.beforeEach(async ({ page }) => {
  await page.goto('engine.html');
  await page.waitForFunction(() => globalThis.autochromeEngine !== undefined);
});

test('the whole way on WebGPU gives the picture that wasm gives', async ({ page }, testInfo) => {
  const onGpu = await colorize(page, 'webgpu');
  const onWasm = await colorize(page, 'wasm');
  expect(onGpu.report.plan.backend).toBe('webgpu');
  expect(onGpu.report.peakGpuBytes).toBeGreaterThan(69_000_000);
  expect(onWasm.report.plan.backend).toBe('wasm');
  const pixels = [];
  for (const [name, { png }] of Object.entries({ onGpu, onWasm })) {
    const path = testInfo.outputPath(`${name}.png`);
    await writeFile(path, png);
    pixels.push(await decodeInPage(page, path));
  }
  const [gpu, wasm] = pixels;
  expect(gpu).toMatchObject({ width: WIDTH, height: HEIGHT });
  let most = 0;
  for (const [i, level] of gpu!.data.entries()) {
    most = Math.max(most, Math.abs(level - wasm!.data[i]!));
  }
  expect(most).toBeLessThanOrEqual(2);
  const off = meanAbDifference(gpu!.data, wasm!.data);
  testInfo.annotations.push({ type: 'mean |Δab|', description: off.toFixed(4) });
  expect(off).toBeLessThanOrEqual(0.1);
});

test('a GPU process that dies in the middle of a run costs a step, not the picture', async ({
  page,
  browser,
}) => {
  const session = await browser.newBrowserCDPSession();
  const infer = page.waitForEvent('console', (message) => message.text() === 'autochrome: infer');
  await page.evaluate(
    () => (globalThis.autochromeProgress = (stage) => console.log(`autochrome: ${stage}`)),
  );
  const running = colorize(page, 'webgpu');
  await infer;
  await session.send('Browser.crashGpuProcess');
  const { report, width, height, png } = await running;
  expect(report.attempts.map(({ error }) => error?.code)).toEqual(['gpu/device-lost', undefined]);
  expect(report.plan, 'on the GPU again, with less at once').toMatchObject({
    backend: 'webgpu',
    size: SIZE,
    tileRows: SIZE / 2,
  });
  expect(report.steps[0]).toBe(
    `The GPU was taken away at size ${SIZE}; it was done in smaller pieces.`,
  );
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  expect(png.toString('latin1'), 'the file says how it was made').toContain('1 step down');
});
