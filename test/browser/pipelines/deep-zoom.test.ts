import { expect, test } from 'vitest';
import { PLAIN_LOOK } from '../../../src/image/colour/look.ts';
import { tilePixels } from '../../../src/image/decode/tile-pixels.ts';
import { abOfRgb8 } from '../../../src/image/colour/lab.ts';
import type { Chroma, Photograph } from '../../../src/image/photograph.ts';
import { colouringOf, type Colouring } from '../../../src/pipelines/colorize/colouring.ts';
import { drawTile, drawView } from '../../../src/pipelines/colorize/draw.ts';
import { guideOf } from '../../../src/pipelines/colorize/network-input.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { GpuPainter } from '../../../src/runtime/gpu-painter.ts';
import { cpuPainter } from '../../../src/runtime/painter.ts';
import { meanAbDifference } from '../../support/ab-difference.ts';
import { drawScenePart, grayOf } from '../../support/draw-scene.ts';

// A scan of 20,000 × 15,000 pixels of which only this is ever held.
const SMALL = { width: 1250, height: 938 };
const GRID = { width: 128, height: 96 };
const ASPECT = 4 / 3;
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** What a viewer gets of the gray scan. */
function bitmapOf(part: typeof WHOLE, width: number, height: number): Promise<ImageBitmap> {
  const gray = grayOf(drawScenePart(part, width, height, ASPECT));
  return createImageBitmap(new ImageData(gray, width, height));
}

async function smallVersion(): Promise<Photograph> {
  const { lightness } = tilePixels(await bitmapOf(WHOLE, SMALL.width, SMALL.height));
  return { lightness, alpha: null, ownChroma: null };
}

/** The scene's true colours on the network's grid. */
function trueChroma(small: Photograph): Chroma {
  const { width, height } = GRID;
  const cells = width * height;
  const rgba = drawScenePart(WHOLE, width, height, ASPECT);
  const ab = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) {
    [ab[i], ab[cells + i]] = abOfRgb8(rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!);
  }
  return { width, height, ab, guide: guideOf(small.lightness, width, height) };
}

/** One tile of 256 × 256 at a place of a level, `scale` pixels of the scan to one of its own. */
async function tileAt(colouring: Colouring, scale: number, column: number, row: number) {
  const part = {
    x: (column * 256 * scale) / 20_000,
    y: (row * 256 * scale) / 15_000,
    width: (256 * scale) / 20_000,
    height: (256 * scale) / 15_000,
  };
  const pixels = await bitmapOf(part, 256, 256);
  const drawn = await drawTile(tilePixels(pixels), part, colouring, PLAIN_LOOK);
  return { part, drawn };
}

/** A picture at another size, by area. */
async function shrunk(image: ImageData, width: number, height: number): Promise<ImageData> {
  const options = { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' } as const;
  const bitmap = await createImageBitmap(image, options);
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

function contextOf(image: ImageData): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
  context.putImageData(image, 0, 0);
  return context;
}

async function expectTilesToAgree(small: Photograph, colouring: Colouring): Promise<void> {
  // From the whole in a few tiles to single pixels of the scan: the house's edge, the face, the sky.
  const places = [
    [32, 0, 0],
    [32, 1, 0],
    [16, 3, 1],
    [8, 5, 4],
    [8, 2, 3],
    [2, 18, 13],
    [2, 25, 2],
    [1, 20, 26],
  ] as const;
  const view = { region: { x: 0, y: 0, ...SMALL }, ...SMALL };
  const whole = contextOf(await drawView(small, colouring, view, PLAIN_LOOK));
  for (const [scale, column, row] of places) {
    const { part, drawn } = await tileAt(colouring, scale, column, row);
    const [x, y, width, height] = [
      part.x * SMALL.width,
      part.y * SMALL.height,
      part.width * SMALL.width,
      part.height * SMALL.height,
    ].map(Math.round) as [number, number, number, number];
    const tile = await shrunk(drawn, width, height);
    const difference = meanAbDifference(tile.data, whole.getImageData(x, y, width, height).data);
    expect(difference).toBeLessThan(1.5);
  }
}

test('tiles of every level have the colours of the whole: on the processor', async () => {
  const small = await smallVersion();
  const field = await cpuPainter.fit(trueChroma(small), small.lightness);
  await colouringOf(cpuPainter, field).use((colouring) => expectTilesToAgree(small, colouring));
});

test('tiles of every level have the colours of the whole: on the GPU', async () => {
  const gpu = await Gpu.open();
  const painter = new GpuPainter(gpu);
  const small = await smallVersion();
  const colouring = colouringOf(painter, await painter.fit(trueChroma(small), small.lightness));
  await colouring.use((inUse) => expectTilesToAgree(small, inUse));
  colouring.dispose();
  expect(gpu.ledger.liveBytes).toBe(0);
  gpu.close();
});

test('a picture in tiles is the picture in one piece, borders and all', async () => {
  const small = await smallVersion();
  const field = await cpuPainter.fit(trueChroma(small), small.lightness);
  await colouringOf(cpuPainter, field).use(async (colouring) => {
    const part = { x: 0.5, y: 0.25, width: 0.25, height: 0.25 };
    const halves = [part.x, part.x + part.width / 2].map((x) => ({ ...part, x, width: 0.125 }));
    const rgba = async (region: typeof part, width: number) => {
      const tile = tilePixels(await bitmapOf(region, width, 100));
      return (await drawTile(tile, region, colouring, PLAIN_LOOK)).data;
    };
    const whole = await rgba(part, 200);
    for (const [at, half] of halves.entries()) {
      const tile = await rgba(half, 100);
      const same = (level: number, i: number) =>
        level === whole[4 * (200 * Math.floor(i / 400) + 100 * at) + (i % 400)];
      expect(tile.every(same)).toBe(true);
    }
  });
});

test('what is transparent stays so', async () => {
  const small = await smallVersion();
  const field = await cpuPainter.fit(trueChroma(small), small.lightness);
  const canvas = new OffscreenCanvas(2, 1);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#888';
  context.fillRect(0, 0, 1, 1);
  const tile = tilePixels(canvas.transferToImageBitmap());
  const drawn = await colouringOf(cpuPainter, field).use((colouring) =>
    drawTile(tile, WHOLE, colouring, PLAIN_LOOK),
  );
  expect([drawn.data[3], drawn.data[7]]).toEqual([255, 0]);
});

test('a tile beyond all measure is refused, and freed', () => {
  const canvas = new OffscreenCanvas(8192, 2049);
  canvas.getContext('2d')!.fillRect(0, 0, 1, 1);
  const bitmap = canvas.transferToImageBitmap();
  expect(() => tilePixels(bitmap)).toThrow(/too large/);
  expect(bitmap.width).toBe(0);
});
