import { expect, test } from '@playwright/test';
import { access, mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineHost } from '../../src/cli/engine-host.mjs';
import { inPipeline } from '../../src/cli/pipeline.mjs';
import type { ReportEntry } from '../../src/cli/report.mjs';
import { decodeInPage, type Pixels } from '../support/decode-in-page.ts';
import { sceneLevel } from '../support/drawn-scene.ts';
import { buildPng, PNG_COLOUR } from '../support/files/png.ts';
import { TEXT } from '../support/files/not-pictures.ts';
import { readReport, runColorize, type ColorizeRun } from '../support/run-colorize.ts';

const WIDTH = 360;
const HEIGHT = 240;

let folder = '';
let run: ColorizeRun;
let report: ReportEntry[] = [];

/** The one run that most tests look at: a folder with a broken file between good ones. */
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autochrome-colorize-'));
  await mkdir(join(folder, 'album', 'inner'), { recursive: true });
  const scene = await buildPng({
    width: WIDTH,
    height: HEIGHT,
    colourType: PNG_COLOUR.gray,
    pixel: (x, y) => [sceneLevel(x, y, WIDTH, HEIGHT)],
  });
  const upright = await buildPng({
    width: 150,
    height: 400,
    colourType: PNG_COLOUR.rgb,
    pixel: (x, y) => Array<number>(3).fill(sceneLevel(x, y, 150, 400)),
  });
  await writeFile(join(folder, 'album', '1-scene.png'), scene);
  await writeFile(join(folder, 'album', '2-letter.jpg'), TEXT);
  await writeFile(join(folder, 'album', '10-upright.png'), upright);
  await writeFile(join(folder, 'album', 'inner', '1-scene.png'), scene);
  const line = 'album --out coloured --device wasm --size 256 --json reports/album.json';
  run = await runColorize(line.split(' '), folder);
  report = await readReport(join(folder, 'reports', 'album.json'));
});
test.afterAll(() => rm(folder, { recursive: true }));

test('one bad file fails alone, and the exit status says so', () => {
  expect(run.status).toBe(1);
  expect(report.map((entry) => [entry.input, entry.status, entry.code])).toEqual([
    [join('album', '1-scene.png'), 'ok', null],
    [join('album', '2-letter.jpg'), 'failed', 'input/unsupported-format'],
    [join('album', '10-upright.png'), 'ok', null],
    [join('album', 'inner', '1-scene.png'), 'ok', null],
  ]);
  expect(report[1]?.message).toMatch(/\w+.*\.$/);
  expect(report[1]?.output).toBeNull();
  expect(run.stderr).toContain('3 coloured, 1 failed');
});

test('the report tells what ran, on what, and how long each stage took', () => {
  const [scene, , upright] = report;
  expect(scene).toMatchObject({
    output: join('coloured', '1-scene.png'),
    message: null,
    variant: 'fp32',
    width: WIDTH,
    height: HEIGHT,
    device: 'wasm',
    peakGpuBytes: 0,
  });
  expect(scene?.model).toBe('ddcolor-pico');
  expect(upright).toMatchObject({ width: 150, height: 400 });
  for (const entry of [scene, upright]) {
    expect((entry?.modelWidth ?? 1) % 32).toBe(0);
    expect((entry?.modelHeight ?? 1) % 32).toBe(0);
    expect(entry?.ms?.infer).toBeGreaterThan(0);
    for (const stage of ['decode', 'load', 'upsample', 'encode'] as const) {
      expect(entry?.ms?.[stage]).toBeGreaterThanOrEqual(0);
    }
  }
  // The network sees the picture's own shape, not a square.
  expect(scene?.modelWidth).toBeGreaterThan(scene?.modelHeight ?? 0);
  expect(upright?.modelHeight).toBeGreaterThan(upright?.modelWidth ?? 0);
});

test('a coloured picture has colour, and every pixel keeps its lightness', async ({ page }) => {
  const pixels = await decodeInPage(page, join(folder, 'coloured', '1-scene.png'));
  expect([pixels.width, pixels.height]).toEqual([WIDTH, HEIGHT]);
  expect(meanSpread(pixels)).toBeGreaterThan(3);
  let worst = 0;
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const level = sceneLevel(i % WIDTH, Math.floor(i / WIDTH), WIDTH, HEIGHT);
    worst = Math.max(worst, Math.abs(grayOf(pixels, i) - level));
  }
  expect(worst).toBeLessThanOrEqual(1);
});

test('strength 0 gives the gray photograph back, as JPEG where asked', async ({ page }) => {
  const line = 'album/1-scene.png --out gray --strength 0 --format jpeg --device wasm --size 256';
  const { status } = await runColorize(line.split(' '), folder);
  expect(status).toBe(0);
  const path = join(folder, 'gray', '1-scene.jpg');
  expect((await readFile(path)).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  expect(meanSpread(await decodeInPage(page, path))).toBeLessThan(1);
});

test('a command that is not understood is answered with a sentence and status 2', async () => {
  const unknown = await runColorize(['album', '--out', 'x', '--device', 'abacus'], folder);
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('--device is one of auto, webgpu, wasm, not "abacus".');
  const absent = await runColorize(['no-such-folder', '--out', 'x'], folder);
  expect(absent.status).toBe(2);
  expect(absent.stderr).toContain('There is no file or folder "no-such-folder".');
});

test('a page that ends in the middle costs no file: those under way are coloured again', async () => {
  const host = new EngineHost({ wantsGpu: false });
  const output = (name: string) => join(folder, 'again', `${name}.png`);
  const colorize = async (name: string) => ({
    name,
    outcome: await host.colorizeFile({
      input: join(folder, 'album', '1-scene.png'),
      output: output(name),
      name,
      wish: { kind: 'auto', size: 128, device: 'wasm', wantsPreview: false },
      look: { strength: 1, saturation: 1 },
      format: 'png',
      quality: 1,
    }),
  });
  const found: [string, boolean][] = [];
  try {
    const page = await host.openPage();
    for await (const { name, outcome } of inPipeline(['a', 'b', 'c', 'd'], colorize, 3)) {
      found.push([name, outcome.ok]);
      // The two after the first are under way.
      if (found.length === 1) await page.close();
    }
    expect(await host.openPage(), 'another page').not.toBe(page);
  } finally {
    await host.close();
  }
  expect(found).toEqual(['a', 'b', 'c', 'd'].map((name) => [name, true]));
  for (const [name] of found) await access(output(name));
});

/** Mean distance between a pixel's largest and smallest channel, in levels. */
function meanSpread({ data }: Pixels): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    const rgb = data.subarray(i, i + 3);
    sum += Math.max(...rgb) - Math.min(...rgb);
  }
  return sum / (data.length / 4);
}

/** The gray level, 0–255, that has the same lightness as a pixel. */
function grayOf({ data }: Pixels, pixel: number): number {
  const [r, g, b] = Array.from(data.subarray(pixel * 4, pixel * 4 + 3), linear);
  const luminance = 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  const level = luminance <= 0.0031308 ? luminance * 12.92 : 1.055 * luminance ** (1 / 2.4) - 0.055;
  return level * 255;
}

/** sRGB level 0–255 to linear light 0–1 (IEC 61966-2-1). */
function linear(level: number): number {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
