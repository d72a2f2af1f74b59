import { expect, test } from '@playwright/test';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineHost } from '../../src/cli/engine-host.mjs';
import type { ColorizedFile } from '../../src/cli/engine-page-api.ts';
import type { Outcome } from '../../src/shared/outcome.ts';
import { sceneLevel } from '../support/drawn-scene.ts';
import { AVIF_FILE } from '../support/files/avif.ts';
import { buildBmp } from '../support/files/bmp.ts';
import { buildGif } from '../support/files/gif.ts';
import { buildJpeg, type JpegPlan } from '../support/files/jpeg.ts';
import { SVG_WITH_SCRIPT, TEXT } from '../support/files/not-pictures.ts';
import { buildPng, buildPngBomb, PNG_COLOUR } from '../support/files/png.ts';
import { buildTiff } from '../support/files/tiff.ts';

type Bytes = Uint8Array<ArrayBuffer>;

// One engine for all: each file meets what the ones before it left behind.
let host: EngineHost;
let folder = '';
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autochrome-bad-input-'));
  host = new EngineHost({ wantsGpu: false });
});
test.afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

/** Sends a file through the engine as the command line does. */
async function colorize(
  name: string,
  bytes: Bytes | null,
  output = join(folder, `${name}.out.png`),
): Promise<Outcome<ColorizedFile>> {
  const input = join(folder, name);
  if (bytes) await writeFile(input, bytes);
  return host.colorizeFile({
    input,
    output,
    name,
    wish: { kind: 'auto', size: 128, device: 'wasm', wantsPreview: false },
    look: { strength: 1, saturation: 1 },
    format: 'png',
    quality: 1,
  });
}

/** The picture was coloured at its own size and lies where it should. */
async function expectPicture(name: string, bytes: Bytes, width: number, height: number) {
  const outcome = await colorize(name, bytes);
  expect(outcome).toMatchObject({ ok: true, value: { width, height } });
  await access(join(folder, `${name}.out.png`));
  return outcome.ok ? outcome.value : null;
}

/** The file was refused with this code and a sentence, and nothing was written. */
async function expectRefusal(name: string, bytes: Bytes, code: string) {
  const outcome = await colorize(name, bytes);
  expect(outcome).toMatchObject({ ok: false, error: { code } });
  expect(outcome.ok || outcome.error.message).toMatch(/^[A-Z].{10,}\.$/s);
  await expect(access(join(folder, `${name}.out.png`))).rejects.toThrow();
}

const W = 48;
const H = 32;
const level = (x: number, y: number) => sceneLevel(x, y, W, H);
const gray = (x: number, y: number) => [level(x, y), level(x, y), level(x, y)];
const JPEG: JpegPlan = {
  blocksWide: 6,
  blocksHigh: 4,
  channels: 1,
  block: (x, y) => [level(x * 8, y * 8)],
};
const PALETTE = Array.from({ length: 128 }, (_, i) => [2 * i, 2 * i, 2 * i]);

const whole = {
  jpeg: async () => buildJpeg(JPEG),
  png: () => buildPng({ width: W, height: H, colourType: PNG_COLOUR.rgb, pixel: gray }),
  gif: async () => buildGif(W, H, 1, PALETTE, (x, y) => level(x, y) >> 1),
  bmp: async () => buildBmp(W, H, gray),
  tiff: () =>
    buildTiff([{ width: W, height: H, channels: 3, bitDepth: 8, photometric: 2, pixel: gray }]),
  avif: async () => AVIF_FILE,
  webp: drawWebp,
};

/** WebP has no builder here: the browser itself encodes one. */
async function drawWebp(): Promise<Bytes> {
  const page = await host.openPage();
  const bytes = await page.evaluate(
    async ([width, height]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      for (let x = 0; x < width; x++) {
        context.fillStyle = `hsl(0 0% ${(100 * x) / width}%)`;
        context.fillRect(x, 0, 1, height);
      }
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 1 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [W, H] as const,
  );
  return Uint8Array.from(bytes);
}

for (const [format, build] of Object.entries(whole)) {
  test(`${format}: whole it is coloured, cut off or damaged it is refused`, async () => {
    const bytes = await build();
    await expectPicture(`whole.${format}`, bytes, W, H);
    await expectRefusal(`half.${format}`, bytes.slice(0, bytes.length >> 1), 'input/corrupt');
    await expectRefusal(`head.${format}`, bytes.slice(0, 16), 'input/corrupt');
  });
}

test('a text named .jpg, and nothing at all', async () => {
  await expectRefusal('letter.jpg', TEXT, 'input/unsupported-format');
  await expectRefusal('empty.jpg', new Uint8Array(), 'input/corrupt');
});

test('an SVG is refused and its script does not run', async () => {
  await expectRefusal('drawing.svg', SVG_WITH_SCRIPT, 'input/unsupported-format');
  await expectRefusal('drawing.jpg', SVG_WITH_SCRIPT, 'input/unsupported-format');
  const page = await host.openPage();
  expect(await page.evaluate('globalThis.svgScriptRan')).toBeUndefined();
});

test('one pixel', async () => {
  const dot = { width: 1, height: 1, colourType: PNG_COLOUR.gray, pixel: () => [128] } as const;
  await expectPicture('dot.png', await buildPng(dot), 1, 1);
});

test('a thread of 30000 × 2 pixels, lying and standing', async () => {
  const pixel = (x: number, y: number) => [(x + y) % 256];
  const { gray: colourType } = PNG_COLOUR;
  const lying = await buildPng({ width: 30_000, height: 2, colourType, pixel });
  await expectPicture('lying.png', lying, 30_000, 2);
  const standing = await buildPng({ width: 2, height: 30_000, colourType, pixel });
  await expectPicture('standing.png', standing, 2, 30_000);
});

test('a PNG bomb of 30000 × 30000 pixels is refused before it is unpacked', async () => {
  await expectRefusal('bomb.png', await buildPngBomb(30_000, 30_000), 'input/too-large');
});

test('CMYK', async () => {
  const bytes = buildJpeg({
    ...JPEG,
    channels: 4,
    block: (x, y) => [255, 255, 255, level(x * 8, y * 8)],
  });
  await expectPicture('cmyk.jpg', bytes, W, H);
});

test('16 bits a channel, PNG and TIFF', async () => {
  const pixel = (x: number, y: number) => [level(x, y) * 257];
  const common = { width: W, height: H, bitDepth: 16, pixel } as const;
  await expectPicture('deep.png', await buildPng({ ...common, colourType: PNG_COLOUR.gray }), W, H);
  const tiff = await buildTiff([{ ...common, channels: 1, photometric: 1 }]);
  await expectPicture('deep.tiff', tiff, W, H);
});

test('gray with alpha', async () => {
  const pixel = (x: number, y: number) => [level(x, y), 5 * x];
  const bytes = await buildPng({ width: W, height: H, colourType: PNG_COLOUR.grayAlpha, pixel });
  await expectPicture('window.png', bytes, W, H);
});

test('of an animation the first frame is coloured, and it is said so', async () => {
  const still = await expectPicture(
    'moving.gif',
    buildGif(W, H, 3, PALETTE, (x, y, frame) => (level(x, y) >> 1) * (frame === 0 ? 1 : 0)),
    W,
    H,
  );
  expect(still?.info.frames).toBe(3);
  expect(still?.report.steps.join(' ')).toMatch(/first/i);
  const pixel = (x: number, y: number) => [level(x, y)];
  const apng = await buildPng({
    width: W,
    height: H,
    colourType: PNG_COLOUR.gray,
    frames: 2,
    pixel,
  });
  await expectPicture('moving.png', apng, W, H);
});

test('a colour photograph is coloured again from its lightness, and it is said so', async () => {
  const bytes = await buildPng({
    width: W,
    height: H,
    colourType: PNG_COLOUR.rgb,
    pixel: (x, y) => [level(x, y), 255 - 5 * x, 8 * y],
  });
  const again = await expectPicture('colour.png', bytes, W, H);
  expect(again?.info.isColour).toBe(true);
  expect(again?.report.steps.join(' ')).toMatch(/lightness/i);
});

test('a file that is gone when its turn comes', async () => {
  const outcome = await colorize('gone.png', null);
  expect(outcome).toMatchObject({ ok: false, error: { code: 'input/corrupt' } });
});

test('a place that cannot be written to', async () => {
  await writeFile(join(folder, 'in-the-way'), '');
  const output = join(folder, 'in-the-way', 'fine.png');
  const outcome = await colorize('fine.png', await whole.png(), output);
  expect(outcome).toMatchObject({ ok: false, error: { code: 'output/failed' } });
});

test('the engine’s page crashes: that file fails, the next is coloured', async () => {
  const page = await host.openPage();
  const running = colorize('victim.png', await whole.png());
  const crash = await page.context().newCDPSession(page);
  await crash.send('Page.crash').catch(() => undefined);
  expect(await running).toMatchObject({ ok: false, error: { code: 'worker/crashed' } });
  await expectPicture('survivor.png', await whole.png(), W, H);
});
