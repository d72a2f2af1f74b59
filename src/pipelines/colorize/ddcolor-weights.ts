import type { Matrix, Vector } from '../../runtime/network/program.ts';
import type { WeightShapes, WeightSource } from '../../models/stored-tensor.ts';
import { AppError } from '../../shared/errors.ts';

const BATCH_NORM_EPSILON = 1e-5;
/** Sub-pixels that `paint` makes of one cell. */
const SUB_PIXELS = 16;

/** A matrix product's weights, and what is done with each channel of its result. */
type ProductWeights = { matrix: Matrix; perChannel: Vector };
/** Weights whose channels are only scaled and shifted. */
type PlainWeights = { matrix: Matrix; scaleAndBias: Vector };

/**
 * DDColor's weights as its dispatches want them, by the names of the PyTorch module. The architecture
 * (depths, channels, queries, layers) follows from what the table of weights holds.
 */
export class DdcolorWeights {
  readonly depths: readonly number[];
  readonly queries: number;
  readonly queryChannels: number;
  readonly layers: number;
  readonly #shapes: WeightShapes;
  readonly #chromaScale: number;

  /**
   * @param chromaScale the query maps' sum is multiplied by it.
   * @throws {AppError} `model/incompatible` where the table is not of a DDColor that the kernels can run.
   */
  constructor(shapes: WeightShapes, chromaScale: number) {
    this.#shapes = shapes;
    this.#chromaScale = chromaScale;
    this.depths = [0, 1, 2, 3].map((i) => countOf(shapes, (j) => `enc.stages.${i}.${j}.gamma`));
    this.layers = countOf(shapes, (i) => `layers.${i}.f1.weight`);
    const [, queries, channels] = shapes.shapeOf('query').shape;
    this.queries = queries!;
    this.queryChannels = channels!;
    if (this.depths.includes(0) || this.layers === 0 || this.queryChannels % 64 !== 0) {
      throw new AppError(
        'model/incompatible',
        'These weights are not of a DDColor that runs here.',
      );
    }
  }

  /** A linear layer `[depth, channels]`; with `gamma` its result is scaled by that. */
  linear(name: string, gamma?: string): ProductWeights {
    const [depth, channels] = this.#shapes.shapeOf(`${name}.weight`).shape as [number, number];
    const matrix = this.#matrix(`${name}.weight`, depth, channels, ({ values }) => values);
    const perChannel = vectorOf(`${name}.channels`, 4 * channels, (source) =>
      interleaved(
        scalesOf(source, `${name}.weight`, channels),
        plain(source, `${name}.bias`),
        gamma ? plain(source, gamma) : new Float32Array(channels),
        new Float32Array(channels),
      ),
    );
    return { matrix, perChannel };
  }

  /** A convolution `[out, in, k, k]`, channels last; with `batchNorm` that follows the activation. */
  convolution(name: string, batchNorm?: string): ProductWeights {
    const { shape } = this.#shapes.shapeOf(`${name}.weight`);
    const [channels, inChannels, kernel] = shape as [number, number, number];
    const padded = Math.ceil(inChannels / 4) * 4;
    const taps = kernel * kernel;
    const matrix = this.#matrix(`${name}.weight`, taps * padded, channels, ({ values }) =>
      rearranged(values, taps * padded * channels, (put) => {
        for (let out = 0, at = 0; out < channels; out++) {
          for (let i = 0; i < inChannels; i++) {
            for (let tap = 0; tap < taps; tap++) put((tap * padded + i) * channels + out, at++);
          }
        }
      }),
    );
    const perChannel = vectorOf(`${name}.channels`, 4 * channels, (source) =>
      interleaved(
        scalesOf(source, `${name}.weight`, channels),
        batchNorm ? new Float32Array(channels) : plain(source, `${name}.bias`),
        ...(batchNorm ? batchNormOf(source, batchNorm) : noScale(channels)),
      ),
    );
    return { matrix, perChannel };
  }

  /** A 1 × 1 convolution before a pixel shuffle by 2: channels regrouped by sub-pixel. */
  shuffled(name: string): ProductWeights {
    const [all, depth] = this.#shapes.shapeOf(`${name}.weight`).shape as [number, number];
    const channels = all / 4;
    const place = (out: number) => (out % 4) * channels + Math.floor(out / 4);
    const matrix = this.#matrix(`${name}.weight`, depth, all, ({ values }) =>
      rearranged(values, depth * all, (put) => {
        for (let out = 0, at = 0; out < all; out++) {
          for (let i = 0; i < depth; i++) put(i * all + place(out), at++);
        }
      }),
    );
    const perChannel = vectorOf(`${name}.channels`, 4 * all, (source) => {
      const regroup = (values: Float32Array) =>
        rearranged(values, all, (put) => values.forEach((_, out) => put(place(out), out)));
      return interleaved(
        regroup(scalesOf(source, `${name}.weight`, all)),
        regroup(plain(source, `${name}.bias`)),
        ...noScale(all),
      );
    });
    return { matrix, perChannel };
  }

  /** A depthwise convolution `[channels, 1, 7, 7]`. */
  depthwise(name: string): PlainWeights {
    const [channels] = this.#shapes.shapeOf(`${name}.weight`).shape as [number];
    const taps = 49;
    const matrix = this.#matrix(`${name}.weight`, taps, channels, ({ values }) =>
      rearranged(values, taps * channels, (put) => {
        for (let at = 0; at < taps * channels; at++) {
          put((at % taps) * channels + Math.floor(at / taps), at);
        }
      }),
    );
    const scaleAndBias = vectorOf(`${name}.channels`, 2 * channels, (source) =>
      interleaved(scalesOf(source, `${name}.weight`, channels), plain(source, `${name}.bias`)),
    );
    return { matrix, scaleAndBias };
  }

  /** The projection of one level to the queries' channels; the level's own code is part of the bias. */
  projection(level: number): ProductWeights {
    const name = `proj.${level}`;
    const { matrix } = this.convolution(name);
    const perChannel = vectorOf(`${name}.channels`, 4 * matrix.channels, (source) => {
      const code = plain(source, `level.${level}`);
      const bias = plain(source, `${name}.bias`).map((value, i) => value + code[i]!);
      const scales = scalesOf(source, `${name}.weight`, matrix.channels);
      return interleaved(scales, bias, ...noScale(matrix.channels));
    });
    return { matrix, perChannel };
  }

  /** Scale and shift of a layer norm. */
  norm(name: string): Vector {
    const [channels] = this.#shapes.shapeOf(`${name}.weight`).shape as [number];
    return vectorOf(name, 2 * channels, (source) =>
      interleaved(plain(source, `${name}.weight`), plain(source, `${name}.bias`)),
    );
  }

  /** Scale and shift of a layer norm with a batch norm right after it. */
  normThenBatchNorm(norm: string, batchNorm: string): Vector {
    const [channels] = this.#shapes.shapeOf(`${norm}.weight`).shape as [number];
    return vectorOf(`${norm}+${batchNorm}`, 2 * channels, (source) => {
      const [scale, shift] = batchNormOf(source, batchNorm);
      return interleaved(
        plain(source, `${norm}.weight`).map((value, i) => value * scale[i]!),
        plain(source, `${norm}.bias`).map((value, i) => value * scale[i]! + shift[i]!),
      );
    });
  }

  /** The learnt queries, and with their positions added. */
  get query(): Matrix {
    return this.#constant('query', (source) => plain(source, 'query'));
  }
  get placedQuery(): Matrix {
    return this.#constant('query+qpos', (source) => {
      const position = plain(source, 'qpos');
      return plain(source, 'query').map((value, i) => value + position[i]!);
    });
  }
  get queryPosition(): Vector {
    const length = this.queries * this.queryChannels;
    return vectorOf('qpos', length, (source) => plain(source, 'qpos'));
  }

  /** `[2, queries]`: how much each query's map gives to a and b. */
  get refine(): Vector {
    return vectorOf('mix.query.weight', 2 * this.queries, (source) =>
      plain(source, 'mix.query.weight').map((value) => value * this.#chromaScale),
    );
  }

  /** The last convolution, sub-pixel by sub-pixel: `[depth, 16 × channels]`. */
  get paint(): PlainWeights {
    const part = (kind: string, sub: number) => `last.conv.${kind}.${sub}`;
    const subs = Array.from({ length: SUB_PIXELS }, (_, sub) => sub);
    const { shape } = this.#shapes.shapeOf(part('weight', 0));
    const [channels, depth] = shape as [number, number];
    const isInt8 = subs.every((sub) => this.#shapes.shapeOf(part('weight', sub)).isInt8);
    const all = SUB_PIXELS * channels;
    const matrix: Matrix = {
      name: 'last.conv.weight',
      depth,
      channels: all,
      isInt8,
      values: (source) => {
        const out = isInt8 ? new Int8Array(depth * all) : new Float32Array(depth * all);
        for (const sub of subs) {
          const { values } = source.tensor(part('weight', sub));
          for (let at = 0; at < values.length; at++) {
            out[(at % depth) * all + sub * channels + Math.floor(at / depth)] = values[at]!;
          }
        }
        return out;
      },
    };
    const scaleAndBias = vectorOf('last.conv.channels', 2 * all, (source) => {
      return interleaved(
        joined(subs.map((sub) => scalesOf(source, part('weight', sub), channels))),
        joined(subs.map((sub) => plain(source, part('bias', sub)))),
      );
    });
    return { matrix, scaleAndBias };
  }

  #matrix(
    name: string,
    depth: number,
    channels: number,
    arrange: (stored: { values: Int8Array | Float32Array }) => Int8Array | Float32Array,
  ): Matrix {
    const { isInt8 } = this.#shapes.shapeOf(name);
    if (channels % 4 !== 0) {
      throw new AppError(
        'model/incompatible',
        `The weights ${name} have ${channels} channels. Kernels here take multiples of four.`,
      );
    }
    const values = (source: WeightSource) => arrange(source.tensor(name));
    return { name, depth, channels, isInt8, values };
  }

  #constant(name: string, values: Matrix['values']): Matrix {
    return { name, depth: this.queries, channels: this.queryChannels, isInt8: false, values };
  }
}

function countOf(shapes: WeightShapes, name: (i: number) => string): number {
  let count = 0;
  while (shapes.has(name(count))) count++;
  return count;
}

function vectorOf(name: string, length: number, values: Vector['values']): Vector {
  return { name, length, values };
}

/** Vectors of four by turns: the first four of each array, then the next. */
function interleaved(...arrays: readonly Float32Array[]): Float32Array {
  const length = arrays[0]!.length;
  const out = new Float32Array(arrays.length * length);
  arrays.forEach((array, index) => {
    for (let i = 0; i < length; i++) {
      out[4 * (arrays.length * Math.floor(i / 4) + index) + (i % 4)] = array[i]!;
    }
  });
  return out;
}

function rearranged<Values extends Int8Array | Float32Array>(
  values: Values,
  length: number,
  move: (put: (to: number, from: number) => void) => void,
): Values {
  const out = (
    values instanceof Int8Array ? new Int8Array(length) : new Float32Array(length)
  ) as Values;
  move((to, from) => (out[to] = values[from]!));
  return out;
}

/** Weights that are no matrix of a product: there is no sum that their scales could be applied to. */
function plain(source: WeightSource, name: string): Float32Array {
  const { values } = source.tensor(name);
  if (values instanceof Float32Array) return values;
  throw new AppError('model/incompatible', `The weights ${name} are int8. They must be fp16.`);
}

function scalesOf(source: WeightSource, name: string, channels: number): Float32Array {
  const scales = source.tensor(name).scales ?? new Float32Array(channels).fill(1);
  if (scales.length === channels) return scales;
  throw new AppError(
    'model/incompatible',
    `The weights ${name} have ${scales.length} scales for ${channels} channels.`,
  );
}

function noScale(channels: number): [Float32Array, Float32Array] {
  return [new Float32Array(channels).fill(1), new Float32Array(channels)];
}

/** A batch norm in inference as scale and shift. */
function batchNormOf(source: WeightSource, name: string): [Float32Array, Float32Array] {
  const mean = plain(source, `${name}.running_mean`);
  const variance = plain(source, `${name}.running_var`);
  const bias = plain(source, `${name}.bias`);
  const scale = plain(source, `${name}.weight`).map(
    (value, i) => value / Math.sqrt(variance[i]! + BATCH_NORM_EPSILON),
  );
  return [scale, bias.map((value, i) => value - mean[i]! * scale[i]!)];
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
