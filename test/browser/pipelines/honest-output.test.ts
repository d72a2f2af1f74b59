import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../../src/worker/client.ts';
import { sceneLevel } from '../../support/drawn-scene.ts';

// What the shipped network answers is never taken for the failure of a driver. A run ends with
// output/implausible where it is.
const SIDE = 96;
const RUN = { kind: 'auto', size: 96, device: 'wasm', wantsPreview: false } as const;

let engine: Engine;
beforeAll(() => {
  const url = new URL('../worker/engine-at-root.worker.ts', import.meta.url);
  engine = new Engine(() => new Worker(url, { type: 'module' }));
});
afterAll(() => engine.terminate());

/** A gray picture of one level a pixel. */
async function pictureOf(
  level: (x: number, y: number) => number,
  width = SIDE,
  height = SIDE,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const gray = level(i % width, Math.floor(i / width));
    image.data.set([gray, gray, gray, 255], i * 4);
  }
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

const scene = (x: number, y: number) => sceneLevel(x, y, SIDE, SIDE);
const grain = (x: number, y: number) => ((x * 7919 + y * 104_729) % 5) - 2;

test.each<[string, () => Promise<Blob>]>([
  ['a landscape', () => pictureOf(scene)],
  ['a night scene', () => pictureOf((x, y) => scene(x, y) / 18)],
  ['a faded print', () => pictureOf((x, y) => 190 + scene(x, y) / 12)],
  ['a white sheet', () => pictureOf(() => 255)],
  ['a black one', () => pictureOf(() => 0)],
  ['a gray one with grain', () => pictureOf((x, y) => 128 + grain(x, y))],
  ['a slope from black to white, down', () => pictureOf((_, y) => (255 * y) / SIDE)],
  ['one to the right', () => pictureOf((x) => (255 * x) / SIDE)],
  ['half black, half white', () => pictureOf((x) => (x < SIDE / 2 ? 0 : 255))],
  ['black lines on white', () => pictureOf((x, y) => (y % 16 === 0 || x % 16 === 0 ? 0 : 255))],
  ['noise', () => pictureOf((x, y) => (x * 7919 + y * 104_729 + x * y * 31) % 256)],
  [
    'a scene in a wide white mount',
    () => pictureOf((x, y) => (Math.min(x, y, SIDE - x, SIDE - y) < 30 ? 255 : scene(x, y))),
  ],
  ['a strip of film', () => pictureOf((x, y) => sceneLevel(x, y, 400, 20), 400, 20)],
  ['two pixels', () => pictureOf((x) => 255 * x, 2, 1)],
])('%s', async (name, draw) => {
  const photograph = await engine.open(await draw(), name);
  const { plan } = await photograph.colorize(RUN);
  expect(plan.size).toBe(RUN.size);
  await photograph.close();
});
