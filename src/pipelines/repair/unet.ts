import type { UNetSizes } from '../../models/repair-card.ts';
import type { WeightShapes } from '../../models/stored-tensor.ts';
import { enlargedWith } from '../../runtime/network/enlarge-operation.ts';
import { ModuleWeights } from '../../runtime/network/module-weights.ts';
import {
  attention,
  layerNorm,
  product,
  type Features,
  type Gather,
  type Moment,
} from '../../runtime/network/operations.ts';
import { planesOfRows, rowsOfPlanes } from '../../runtime/network/plane-operations.ts';
import { Program, type Tensor } from '../../runtime/network/program.ts';

/** Entries of the sine code of a noise level, and the rate of its fastest. */
export const TIME_CODE = 64;
const FASTEST = 1000;

const CHANNEL_EPSILON = 1e-6;
/** The attention's layer norm has PyTorch's own. */
const LAYER_EPSILON = 1e-5;

const HALVED: Gather = { kernel: 2, stride: 2, padding: 0 };
const SAME: Gather = { kernel: 3, stride: 1, padding: 1 };

/** A network of repair at one size, ready to be planned or opened. */
export type UNetProgram = {
  program: Program;
  /** Inputs: `[planes, height, width]`. */
  planes: Tensor;
  /** Pixels a side of a cell, on which the network works: 1, or 2. */
  cell: number;
  /** Output: the pixels of each cell as planes, `[cell², height / cell, width / cell]`. */
  cells: Tensor;
  /** Input of the restorer: {@link timeCode}; null for the detector. */
  time: Tensor | null;
};

/** Noise levels as the restorer is told them: 32 sines, then 32 cosines, of 1000 · level / 10000^(j / 32). */
export function timeCode(level: number): Float32Array<ArrayBuffer> {
  const half = TIME_CODE / 2;
  return Float32Array.from({ length: TIME_CODE }, (_, i) => {
    const angle = level * FASTEST * 10_000 ** (-(i % half) / half);
    return i < half ? Math.sin(angle) : Math.cos(angle);
  });
}

/**
 * The restorer as dispatches: models/repair/architecture.py. Inputs are the noisy guess, the gray, the mask and what
 * interpolation says; the output is the difference of the clean picture from the last.
 * @param width, height multiples of the card's `multiple`.
 */
export function restorer(
  shapes: WeightShapes,
  sizes: UNetSizes,
  width: number,
  height: number,
): UNetProgram {
  const weights = new ModuleWeights(shapes);
  const program = new Program();
  const time = program.keptTensor(TIME_CODE, 'f32');
  const code = { value: time, width: 1, height: 1, planes: TIME_CODE };
  let embedded = rowsOfPlanes(program, 'time', code);
  for (const name of ['restorer.embed.0', 'restorer.embed.2']) {
    const input = embedded;
    embedded = product(program, name, { input, ...weights.convolution(name), activation: 'gelu' });
  }
  const rest = unet({ program, weights, name: 'restorer.unet', sizes, embedded }, 4, width, height);
  return { program, ...rest, time };
}

/** The detector as dispatches. Its input is the gray. */
export function detector(
  shapes: WeightShapes,
  sizes: UNetSizes,
  width: number,
  height: number,
): UNetProgram {
  const program = new Program();
  const weights = new ModuleWeights(shapes);
  const parts = { program, weights, name: 'detector.unet', sizes, embedded: null };
  return { program, ...unet(parts, 1, width, height), time: null };
}

type Parts = {
  program: Program;
  weights: ModuleWeights;
  name: string;
  sizes: UNetSizes;
  /** The noise level, as one row; null where there is none. */
  embedded: Features | null;
};

function unet(parts: Parts, count: number, width: number, height: number) {
  const { program, weights, name, sizes } = parts;
  const planes = program.keptTensor(count * width * height, 'f32');
  const input = rowsOfPlanes(program, `${name}.planes`, {
    value: planes,
    width,
    height,
    planes: count,
  });
  const convolved = (label: string, from: Features, gather: Gather) =>
    product(program, label, { input: from, ...weights.convolution(label), gather });
  let x = convolved(`${name}.stem`, input, sizes.cell === 2 ? HALVED : SAME);
  const skips: Features[] = [];
  sizes.blocks.forEach((blocks, depth) => {
    x = blocksOf(parts, `${name}.down_blocks.${depth}`, blocks, x);
    if (depth + 1 === sizes.blocks.length) return;
    skips.push(x);
    x = convolved(`${name}.downs.${depth}`, x, HALVED);
  });
  if (sizes.heads > 0) x = attended(parts, x);
  for (let depth = sizes.blocks.length - 1; depth >= 0; depth--) {
    const skip = skips[depth];
    if (skip) {
      const label = `${name}.ups.${depth}`;
      const narrow = product(program, label, { input: x, ...weights.convolution(label) });
      x = enlargedWith(program, `${label}.skip`, narrow, skip);
    }
    x = blocksOf(parts, `${name}.up_blocks.${depth}`, sizes.blocks[depth]!, x);
  }
  x = layerNorm(program, `${name}.norm`, x, weights.norm(`${name}.norm`), CHANNEL_EPSILON);
  const head = weights.convolution(`${name}.head`, { isPadded: true });
  x = product(program, `${name}.head`, { input: x, ...head });
  const { value: cells } = planesOfRows(program, `${name}.cells`, x, sizes.cell ** 2);
  return { planes, cell: sizes.cell, cells };
}

/** x + conv(gelu(conv(norm(x)))), the norm scaled and shifted by the noise level. */
function blocksOf(
  { program, weights, embedded }: Parts,
  name: string,
  count: number,
  input: Features,
): Features {
  let x = input;
  for (let i = 0; i < count; i++) {
    const block = `${name}.${i}`;
    const moment = embedded && momentOf(program, weights, `${block}.modulation`, embedded);
    const normed = layerNorm(
      program,
      `${block}.norm`,
      x,
      weights.norm(`${block}.norm`),
      CHANNEL_EPSILON,
      moment ? { moment } : {},
    );
    const first = product(program, `${block}.first`, {
      input: normed,
      ...weights.convolution(`${block}.first`),
      gather: SAME,
      activation: 'gelu',
    });
    const second = weights.convolution(`${block}.second`);
    const residual = x.value;
    x = product(program, `${block}.second`, { input: first, ...second, gather: SAME, residual });
  }
  return x;
}

function momentOf(
  program: Program,
  weights: ModuleWeights,
  name: string,
  embedded: Features,
): Moment {
  const { value } = product(program, name, { input: embedded, ...weights.convolution(name) });
  return { row: value as Tensor, offset: 0 };
}

/** Every position of the coarsest map looks at every other. */
function attended({ program, weights, name: unetName, sizes }: Parts, x: Features): Features {
  const name = `${unetName}.attention`;
  const tokens = layerNorm(program, `${name}.norm`, x, weights.norm(`${name}.norm`), LAYER_EPSILON);
  const part = (letter: string) =>
    product(program, `${name}.${letter}`, {
      input: tokens,
      ...weights.linear(`${name}.${letter}`),
    });
  const headChannels = x.channels / sizes.heads;
  const mixed = attention(program, name, part('q'), part('k'), part('v'), headChannels);
  const out = weights.linear(`${name}.out`);
  return product(program, `${name}.out`, { input: mixed, ...out, residual: x.value });
}
