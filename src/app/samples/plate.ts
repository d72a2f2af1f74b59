import { paintScene, SCENE, soften } from './scene.ts';
import { seededRandom } from './scene-brush.ts';

/** Distance between grains, in pixels of the plate. */
const PITCH_PX = 4;
/** How much of a dye is seen: real plates look nearly gray from afar where the subject is gray. */
const DYE_SHARE = 0.42;
/** The dyes of an autochrome's starch, as factors of red, green and blue that average to gray. */
const DYES = [
  [1.46, 0.84, 0.62],
  [0.72, 1.28, 0.7],
  [0.82, 0.88, 1.68],
] as const;

type Grains = { columns: number; x: Float32Array; y: Float32Array; dye: Uint8Array };

/**
 * The drawn street as an autochrome plate shows it: gray on the left, and towards the right a mosaic of
 * dyed grains, each as light as the picture behind it. A decoration, not a result of the network.
 * @param width of the plate in pixels; its height follows the scene's.
 */
export function drawPlate(width: number): ImageBitmap {
  const height = Math.round((width * SCENE.height) / SCENE.width);
  const canvas = new OffscreenCanvas(width, height);
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  if (!brush) throw new Error('This browser gives no canvas to draw on.');
  brush.scale(width / SCENE.width, height / SCENE.height);
  paintScene(brush);
  soften(brush);
  const pixels = brush.getImageData(0, 0, width, height);
  dye(pixels, scatter(width, height));
  brush.putImageData(pixels, 0, 0);
  return canvas.transferToImageBitmap();
}

/** One grain somewhere in each cell of a grid. */
function scatter(width: number, height: number): Grains {
  const random = seededRandom(1903);
  const columns = Math.ceil(width / PITCH_PX) + 2;
  const count = columns * (Math.ceil(height / PITCH_PX) + 2);
  const grains = {
    columns,
    x: new Float32Array(count),
    y: new Float32Array(count),
    dye: new Uint8Array(count),
  };
  for (let at = 0; at < count; at++) {
    grains.x[at] = ((at % columns) - 1 + random()) * PITCH_PX;
    grains.y[at] = (Math.floor(at / columns) - 1 + random()) * PITCH_PX;
    grains.dye[at] = Math.floor(random() * DYES.length);
  }
  return grains;
}

function dye({ data, width, height }: ImageData, grains: Grains): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = nearestGrain(grains, x, y);
      const factors = DYES[grains.dye[grain] ?? 0] ?? DYES[0];
      const across = (grains.x[grain] ?? 0) / width;
      const share = DYE_SHARE * Math.min(1, Math.max(0, (across - 0.3) / 0.4));
      const at = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        data[at + channel] =
          (data[at + channel] ?? 0) * (1 + ((factors[channel] ?? 1) - 1) * share);
      }
    }
  }
}

function nearestGrain({ columns, x: xs, y: ys }: Grains, x: number, y: number): number {
  const column = Math.floor(x / PITCH_PX) + 1;
  const row = Math.floor(y / PITCH_PX) + 1;
  let [best, least] = [0, Infinity];
  for (let near = row - 1; near <= row + 1; near++) {
    for (let at = near * columns + column - 1; at <= near * columns + column + 1; at++) {
      const distance = ((xs[at] ?? 0) - x) ** 2 + ((ys[at] ?? 0) - y) ** 2;
      if (distance < least) [best, least] = [at, distance];
    }
  }
  return best;
}
