import type { StoredTensor, WeightShapes, WeightSource } from '../models/stored-tensor.ts';
import { ddcolorShapes, type DdcolorSides } from '../pipelines/colorize/ddcolor-shapes.ts';

/** The published ddcolor_paper_tiny: 55 M parameters. */
export const PUBLISHED_TINY: DdcolorSides = {
  depths: [3, 3, 9, 3],
  dims: [96, 192, 384, 768],
  width: 512,
  queries: 100,
  queryChannels: 256,
  feedForward: 2048,
  layers: 9,
};

/** A DDColor of any sides whose weights are made from a seed, as they would come from a download. */
export function randomDdcolor(sides: DdcolorSides, seed: number): WeightShapes & WeightSource {
  const shapes = ddcolorShapes(sides);
  return {
    has: (name) => shapes.has(name),
    shapeOf(name) {
      const shape = shapes.get(name)!;
      return { shape, isInt8: isInt8(shape) };
    },
    tensor: (name) => randomTensor(name, shapes.get(name)!, seed),
  };
}

function isInt8(shape: readonly number[]): boolean {
  return shape.length > 1 && product(shape) >= 2048 && shape[0] !== 1;
}

function randomTensor(name: string, shape: readonly number[], seed: number): StoredTensor {
  const next = random(seed + [...name].reduce((sum, letter) => 31 * sum + letter.charCodeAt(0), 7));
  const length = product(shape);
  if (!isInt8(shape)) {
    // Norms scale by about one, variances are positive; everything else is small.
    const centre = /norm.*weight|n\d\.weight|bn\.weight|\.1\.weight|\.0\.weight|var/.test(name)
      ? 1
      : 0;
    return {
      shape,
      values: Float32Array.from({ length }, () => centre + 0.1 * (next() - 0.5)),
      scales: null,
    };
  }
  const isColumns = shape.length === 2;
  const channels = isColumns ? shape[1]! : shape[0]!;
  const depth = length / channels;
  const values = Int8Array.from({ length }, () => Math.floor(next() * 255) - 127);
  // He initialisation: outputs of about the inputs' size.
  const scales = new Float32Array(channels).fill(Math.sqrt(2 / depth) / 73);
  return { shape, values, scales };
}

function product(shape: readonly number[]): number {
  return shape.reduce((sum, side) => sum * side, 1);
}

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
