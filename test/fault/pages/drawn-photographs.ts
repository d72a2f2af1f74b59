import { drawScene, grayOf } from '../../support/draw-scene.ts';
import { drawnFile } from '../../support/drawn-file.ts';

/** A photograph drawn by code. */
export type DrawnPhotograph = { name: string; file: Blob; width: number; height: number };

/** Sides in sixteenths of the wished size: three shapes, so that a mix-up is seen. */
const SHAPES = [
  [20, 14],
  [14, 20],
  [18, 18],
] as const;

/** Gray photographs of different shapes, about as large as the network's input. */
export function drawnPhotographs(size: number): Promise<DrawnPhotograph[]> {
  return Promise.all(
    SHAPES.map(async ([across, down], i) => {
      const [width, height] = [Math.round((across * size) / 16), Math.round((down * size) / 16)];
      const gray = grayOf(drawScene(width, height));
      return {
        name: `photograph-${i + 1}.png`,
        file: await drawnFile(gray, width, 'image/png', 1),
        width,
        height,
      };
    }),
  );
}
