import { wrap } from 'comlink';
import type { Painter } from './scene.worker.ts';

/** The drawn street as a PNG file. */
export function drawnPhotograph(): Promise<Blob> {
  return paint((painter) => painter.drawScene());
}

/** The drawn street as a plate of grains, `width` pixels wide; the caller closes the bitmap. */
export function drawnPlate(width: number): Promise<ImageBitmap> {
  return paint((painter) => painter.drawPlate(width));
}

/** Has one picture drawn by a worker that lives only for it. */
async function paint<T>(
  draw: (painter: ReturnType<typeof wrap<Painter>>) => Promise<T>,
): Promise<T> {
  const worker = new Worker(new URL('./scene.worker.ts', import.meta.url), {
    type: 'module',
    name: 'autochrome-samples',
  });
  try {
    return await draw(wrap<Painter>(worker));
  } finally {
    worker.terminate();
  }
}
