import { buildPng, PNG_COLOUR } from './files/png.ts';
import { sceneLevel } from './drawn-scene.ts';

/** A gray photograph drawn by code, as a PNG file; runs in node. */
export async function drawnPng(width: number, height: number): Promise<Buffer> {
  const pixel = (x: number, y: number) => [sceneLevel(x, y, width, height)];
  return Buffer.from(await buildPng({ width, height, colourType: PNG_COLOUR.gray, pixel }));
}
