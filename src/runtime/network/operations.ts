import { attentionKernel, attentionMerge } from '../kernels/attention.ts';
import blurCode from '../kernels/blur.wgsl?raw';
import depthwiseCode from '../kernels/depthwise.wgsl?raw';
import layerNormCode from '../kernels/layer-norm.wgsl?raw';
import positionCode from '../kernels/position.wgsl?raw';
import { CHUNK_DEPTH, type ProductTile } from '../kernels/product-tile.ts';
import { matrixProduct, productInShares, sumOfShares, type Epilogue } from '../kernels/product.ts';
import { assert } from '../../shared/errors.ts';
import type { Matrix, Operand, Program, Tensor, Value, Vector } from './program.ts';

/** Threads of a workgroup in the kernels that go through a picture element by element. */
const GROUP = 64;
/** WebGPU's limit along one side of a dispatch. */
const MOST_GROUPS = 65_535;

/** A picture of features: `height` × `width` rows of `channels`; or several of one size, one below the other. */
export type Features = {
  readonly value: Value;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Absent for one. */
  readonly images?: number;
};

/** What the time says, for one layer: a row of `real` numbers that serves all pixels, and where the layer's begin. */
export type Moment = { readonly row: Tensor; readonly offset: number };

/** How a convolution gathers its input; absent for a plain product. */
export type Gather = { kernel: number; stride: number; padding: number };

/** A matrix product of rows of features. */
export type Product = {
  input: Features;
  matrix: Matrix;
  /** Of each four channels: scale of the weights, bias, scale and shift after the activation. */
  perChannel: Vector;
  gather?: Gather;
  activation?: Epilogue['activation'];
  isScaled?: boolean;
  /** Is added to the scale, which it needs, as it needs a residual. */
  gate?: Moment;
  residual?: Value;
  /** Images of the residual, each of which serves as many images of the output, one after the other. */
  residualImages?: number;
  /** Channels are four sub-pixels of a picture of twice the sides. */
  isShuffled?: boolean;
};

/** @returns the new features. */
export function product(program: Program, label: string, options: Product): Features {
  const { input, matrix, gather, gate, residual, isShuffled = false } = options;
  const { images = 1 } = input;
  const { residualImages = images } = options;
  assert(!gate || (residual && options.isScaled), 'A gate belongs to a scale and a residual.');
  const width = gather ? sideAfter(input.width, gather) : input.width;
  const height = gather ? sideAfter(input.height, gather) : input.height;
  const rows = images * width * height;
  const channels = isShuffled ? matrix.channels / 4 : matrix.channels;
  const output = program.tensor(rows * matrix.channels);
  const epilogue: Epilogue = {
    activation: options.activation ?? 'none',
    scaling: gate ? 'gated' : options.isScaled ? 'plain' : 'none',
    residual: !residual ? 'none' : residualImages < images ? 'shared' : 'own',
    isShuffled,
  };
  const { tile, shares } = tilingFor(rows, matrix);
  const chunksEach = Math.ceil(matrix.depth / CHUNK_DEPTH / shares);
  const uniform = words(
    rows,
    matrix.channels / 4,
    matrix.depth / 4,
    input.channels / 4,
    channels / 4,
    0,
    width,
    input.width,
    input.height,
    gather?.kernel ?? 1,
    gather?.stride ?? 1,
    gather?.padding ?? 0,
    input.channels / 4,
    channels / 4,
    chunksEach,
    shares,
    height,
    width * height,
    (images / residualImages) * width * height,
    (gate?.offset ?? 0) / 4,
  );
  const gathering = !gather ? 'rows' : images > 1 ? 'convolution-of-images' : 'convolution';
  const groups = [Math.ceil(matrix.channels / tile.channels), Math.ceil(rows / tile.rows)] as const;
  const step = { label, uniform, weights: matrix, macs: rows * matrix.depth * matrix.channels };
  const factors = [operand(input.value), operand(matrix)];
  const results = [
    vector(options.perChannel),
    operand(output),
    ...(residual ? [operand(residual)] : []),
    ...(gate ? [operand(gate.row)] : []),
  ];
  if (shares === 1) {
    const kernel = matrixProduct(tile, gathering, epilogue);
    const operands = [...factors, ...results];
    program.add({ ...step, kernel, operands, workgroups: [...groups, 1] });
  } else {
    const parts = program.tensor(shares * rows * matrix.channels, 'f32');
    const kernel = productInShares(tile, gathering);
    const operands = [...factors, operand(parts)];
    program.add({ ...step, kernel, operands, workgroups: [...groups, shares] });
    program.add({
      label: `${label}.sum`,
      kernel: sumOfShares(epilogue),
      uniform,
      operands: [operand(parts), ...results],
      workgroups: groupsOf((rows * matrix.channels) / 4),
      macs: 0,
    });
  }
  const scale = isShuffled ? 2 : 1;
  return { value: output, width: scale * width, height: scale * height, channels, images };
}

/** Depthwise convolution 7 × 7 with padding 3. @param perChannel of each four channels: scale and bias. */
export function depthwise(
  program: Program,
  label: string,
  input: Features,
  matrix: Matrix,
  perChannel: Vector,
): Features {
  const { width, height, channels, images = 1 } = input;
  const output = program.tensor(elementsOf(input));
  const quarterWidth = Math.ceil(width / 4);
  program.add({
    label,
    kernel: { name: 'depthwise', code: depthwiseCode, constants: {} },
    uniform: words(channels / 4, width, height, quarterWidth, images),
    operands: [operand(input.value), operand(matrix), vector(perChannel), operand(output)],
    workgroups: groupsOf((channels / 4) * quarterWidth * height * images),
    weights: matrix,
    macs: elementsOf(input) * 49,
  });
  return { ...input, value: output };
}

/** Where a layer norm writes: features of its own, or some channels of wider rows. */
export type NormTarget = { into?: Tensor; stride?: number; offset?: number };

/** What a layer norm may do besides. */
type NormOptions = NormTarget & {
  isRectified?: boolean;
  /** One plus this scales the result, then the channels after it are added. */
  moment?: Moment;
};

/** Layer norm over channels. @param affine of each four channels: scale and shift. */
export function layerNorm(
  program: Program,
  label: string,
  input: Features,
  affine: Vector,
  epsilon: number,
  options: NormOptions = {},
): Features {
  const output = options.into ?? program.tensor(elementsOf(input));
  program.add(normStep(label, input, affine, epsilon, output, options));
  return { ...input, value: output };
}

/** Layer norm that also gives its result with a constant added. @returns both. */
export function layerNormAndSum(
  program: Program,
  label: string,
  input: Features,
  affine: Vector,
  epsilon: number,
  addend: Vector,
): { output: Features; sum: Features } {
  const output = program.tensor(elementsOf(input));
  const sum = program.tensor(elementsOf(input));
  const step = normStep(label, input, affine, epsilon, output, {});
  program.add({
    ...step,
    kernel: { ...step.kernel, constants: { ...step.kernel.constants, SUM: true } },
    operands: [...step.operands, vector(addend), operand(sum)],
  });
  return { output: { ...input, value: output }, sum: { ...input, value: sum } };
}

function normStep(
  label: string,
  input: Features,
  affine: Vector,
  epsilon: number,
  output: Tensor,
  options: NormOptions,
) {
  const { moment } = options;
  const rows = elementsOf(input) / input.channels;
  const stride = options.stride ?? input.channels;
  return {
    label,
    kernel: {
      name: 'layer-norm',
      code: layerNormCode,
      constants: { RELU: options.isRectified ?? false, SUM: false, MODULATED: !!moment },
    },
    uniform: words(
      rows,
      input.channels / 4,
      stride / 4,
      (options.offset ?? 0) / 4,
      wordOfFloat(epsilon),
      (moment?.offset ?? 0) / 4,
    ),
    operands: [
      operand(input.value),
      vector(affine),
      operand(output),
      ...(moment ? [operand(moment.row)] : []),
    ],
    workgroups: folded(Math.ceil(rows / 2)),
    macs: 0,
  };
}

/** The blur after a pixel shuffle, into the first channels of rows of `stride` channels. */
export function blur(
  program: Program,
  label: string,
  input: Features,
  target?: { into: Tensor; stride: number },
): Features {
  const { width, height, channels } = input;
  const output = target?.into ?? program.tensor(elementsOf(input));
  program.add({
    label,
    kernel: { name: 'blur', code: blurCode, constants: {} },
    uniform: words(channels / 4, width, height, (target?.stride ?? channels) / 4),
    operands: [operand(input.value), operand(output)],
    workgroups: groupsOf((width * height * channels) / 4),
    macs: 0,
  });
  return { ...input, value: output };
}

/** Adds the sine position code. */
export function withPosition(program: Program, label: string, input: Features): Features {
  const { width, height, channels } = input;
  const output = program.tensor(elementsOf(input));
  program.add({
    label,
    kernel: { name: 'position', code: positionCode, constants: {} },
    uniform: words(channels / 4, width, height),
    operands: [operand(input.value), operand(output)],
    workgroups: groupsOf((width * height * channels) / 4),
    macs: 0,
  });
  return { ...input, value: output };
}

/** Channels of a head in DDColor. */
export const HEAD_CHANNELS = 32;
/** Keys that one workgroup goes through, at least; and most shares of them. */
const LEAST_KEYS = 256;
const MOST_SHARES = 32;

/**
 * Scaled dot-product attention, without a tensor of scores. Images look at themselves alone.
 * @param headChannels of one head, a multiple of four up to 128: the kernel keeps them in registers.
 */
export function attention(
  program: Program,
  label: string,
  query: Features,
  key: Features,
  value: Features,
  headChannels = HEAD_CHANNELS,
): Features {
  const queries = query.width * query.height;
  const keys = key.width * key.height;
  const heads = query.channels / headChannels;
  const { images = 1 } = query;
  const blocks = Math.ceil(queries / 128);
  const keysEach = Math.max(LEAST_KEYS, Math.ceil(keys / MOST_SHARES));
  const count = Math.ceil(keys / keysEach);
  const shares = program.tensor(count * images * queries * heads * (headChannels + 4), 'f32');
  program.add({
    label,
    kernel: attentionKernel(headChannels / 4),
    uniform: words(
      queries,
      keys,
      query.channels / 4,
      keysEach,
      wordOfFloat(1 / Math.sqrt(headChannels)),
      blocks,
      images,
    ),
    operands: [operand(query.value), operand(key.value), operand(value.value), operand(shares)],
    workgroups: [count, heads, images * blocks],
    macs: 2 * images * queries * keys * query.channels,
  });
  const output = program.tensor(elementsOf(query));
  program.add({
    label: `${label}.merge`,
    kernel: attentionMerge(headChannels / 4),
    uniform: words(images * queries, heads, count),
    operands: [operand(shares), operand(output)],
    workgroups: [Math.ceil((images * queries * query.channels) / 4 / GROUP), 1, 1],
    macs: 0,
  });
  return { ...query, value: output };
}

/** Workgroups that keep even a large GPU busy. */
const ENOUGH_GROUPS = 512;
/** A share of the depth is at least so long: shorter ones cost more in adding them than they save. */
const LEAST_SHARE = 128;
const MOST_PARTS = 8;

/** Small products go in small tiles, and deep ones in shares, so that more of the GPU has work. */
function tilingFor(
  rows: number,
  { channels, depth }: Matrix,
): { tile: ProductTile; shares: number } {
  const groupsIn = (side: number) => Math.ceil(rows / side) * Math.ceil(channels / side);
  const side = groupsIn(64) * Math.min(MOST_PARTS, depth / LEAST_SHARE) < ENOUGH_GROUPS ? 32 : 64;
  const wanted = Math.floor(ENOUGH_GROUPS / groupsIn(side));
  const shares = Math.max(1, Math.min(wanted, MOST_PARTS, Math.floor(depth / LEAST_SHARE)));
  const chunks = Math.ceil(depth / CHUNK_DEPTH);
  // No share may be empty.
  const even = Math.ceil(chunks / Math.ceil(chunks / shares));
  // Few channels fill half a tile's width, and would leave half of its work to zeros.
  return { tile: { rows: side, channels: channels <= 32 ? 32 : side }, shares: even };
}

function sideAfter(side: number, { kernel, stride, padding }: Gather): number {
  return Math.floor((side + 2 * padding - kernel) / stride) + 1;
}

/** What binds a tensor or a matrix. */
export function operand(value: Value): Operand {
  return 'depth' in value ? { kind: 'matrix', matrix: value } : { kind: 'tensor', tensor: value };
}

function elementsOf({ width, height, channels, images = 1 }: Features): number {
  return images * width * height * channels;
}

/** What binds fp32 numbers. */
export function vector(value: Vector): Operand {
  return { kind: 'vector', vector: value };
}

/** Workgroups for so many threads, over two sides where one is too short. */
export function groupsOf(threads: number): [number, number, number] {
  return folded(Math.ceil(threads / GROUP));
}

function folded(groups: number): [number, number, number] {
  const rows = Math.ceil(groups / MOST_GROUPS);
  return [Math.ceil(groups / rows), rows, 1];
}

/** A uniform of 32-bit words. */
export function words(...values: number[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(values);
}

/** A float32 as the word of its bits. */
export function wordOfFloat(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
