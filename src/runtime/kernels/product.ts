import type { KernelSource } from '../network/kernel-source.ts';

/**
 * Matrix products with 64 threads a workgroup. Each thread keeps a small block of the result in
 * registers, rows `ty + 8 r` and vectors of four channels `tx + 8 c`; chunks of 16 along the depth pass
 * through workgroup memory (8 KiB, half of what every adapter has), the next one already on its way
 * while a chunk is multiplied. Sums are fp32 whatever the operands are.
 */
export type ProductTile = { readonly rows: 64 | 32; readonly channels: 64 | 32 };

/** Threads of a workgroup along each side. */
const SIDE = 8;
/** Depth of a chunk, in vectors of four. */
const CHUNK4 = 4;

/** What happens to sums before they are written. */
export type Epilogue = {
  activation: 'none' | 'relu' | 'gelu';
  /** A scale and a shift for each channel after the activation. */
  isScaled: boolean;
  /** Another tensor of the output's shape is added last. */
  hasResidual: boolean;
  /** Channels are four sub-pixels, written at twice the width and height. */
  isShuffled: boolean;
};

/** A product of gathered rows with a matrix; see `matrix-product` in `network/operations.ts`. */
export function matrixProduct(
  tile: ProductTile,
  isConvolution: boolean,
  epilogue: Epilogue,
): KernelSource {
  return {
    name: 'product',
    code: [HEAD, chunkMemory(tile), productMain(tile)].join('\n'),
    constants: {
      TILE_ROWS: tile.rows,
      TILE_CHANNELS4: tile.channels / 4,
      CONVOLUTION: isConvolution,
      RELU: epilogue.activation === 'relu',
      GELU: epilogue.activation === 'gelu',
      SCALED: epilogue.isScaled,
      RESIDUAL: epilogue.hasResidual,
      SHUFFLED: epilogue.isShuffled,
    },
  };
}

/** The product inside `paint`: sums are rectified and contracted with the colour kernel at once. */
export function paintProduct(): KernelSource {
  const tile: ProductTile = { rows: 64, channels: 64 };
  return {
    name: 'paint',
    code: [PAINT_HEAD, chunkMemory(tile), paintMain(tile)].join('\n'),
    constants: { TILE_ROWS: 64, TILE_CHANNELS4: 16, CONVOLUTION: false },
  };
}

const HEAD = `
struct Shape {
  endRow: u32,       // rows of the output
  channels4: u32,    // of the output, in vectors of four
  depth4: u32,
  inStride4: u32,    // from one row of the input to the next
  outStride4: u32,
  outOffset4: u32,
  outWidth: u32,     // convolution and shuffle: pixels in a row of the output before the shuffle
  inWidth: u32,
  inHeight: u32,
  kernelWidth: u32,
  stride: u32,
  padding: u32,
  inChannels4: u32,
  subChannels4: u32, // shuffle: channels of one sub-pixel
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;
@group(0) @binding(2) var<storage, read> weights: array<weight4>;
// Of each four channels: scale of the weights, bias, scale and shift after the activation.
@group(0) @binding(3) var<storage, read> perChannel: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<real4>;
#if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<real4>;
#endif
`;

const PAINT_HEAD = `
struct Shape {
  endRow: u32,       // cell of the features at which the tile ends
  channels4: u32,    // of one sub-pixel
  depth4: u32,
  inStride4: u32,
  firstRow: u32,     // cell of the features at which the tile begins
  width: u32,        // cells in a row
  padding0: u32,
  padding1: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;       // features
@group(0) @binding(2) var<storage, read> weights: array<weight4>;   // [depth, 16 sub-pixels x channels]
@group(0) @binding(3) var<storage, read> perChannel: array<vec4f>;  // scale and bias, of each four channels
@group(0) @binding(4) var<storage, read> colour: array<vec4f>;      // [2, channels]
@group(0) @binding(5) var<storage, read_write> output: array<vec2f>; // ab before the blur, at full size
`;

/** Workgroup memory of one chunk. */
function chunkMemory({ rows, channels }: ProductTile): string {
  return `
var<workgroup> inputChunk: array<vec4f, ${rows * CHUNK4}>;
var<workgroup> weightChunk: array<vec4f, ${CHUNK4 * channels}>;
`;
}

/** Declares what {@link multiply} works with; all in registers, so all of it local to `main`. */
function declare(tile: ProductTile): string {
  return `
  let tx = thread % 8u;
  let ty = thread / 8u;
${each(tile.rows / 16, (i) => `  var nextInput${i} = vec4f();`)}
${each(tile.channels / 16, (i) => `  var nextWeight${i} = vec4f();`)}
${sums(tile)
  .map((name) => `  var ${name} = vec4f();`)
  .join('\n')}
#if CONVOLUTION
${each(
  tile.rows / 16,
  (i) => `
  let row${i} = firstRow + thread / 4u + ${16 * i}u;
  let cornerX${i} = i32(row${i} % shape.outWidth * shape.stride) - i32(shape.padding);
  let cornerY${i} = i32(row${i} / shape.outWidth * shape.stride) - i32(shape.padding);`,
)}
#else
${each(tile.rows / 16, (i) => `  let row${i} = firstRow + thread / 4u + ${16 * i}u;`)}
#endif
`;
}

/** Sets a thread's sums to those of the whole depth, for weights from `firstChannel4` to `endChannel4`. */
function multiply(tile: ProductTile, matrixStride4: string): string {
  return `
${sums(tile)
  .map((name) => `  ${name} = vec4f();`)
  .join('\n')}
  let chunks = (shape.depth4 + ${CHUNK4 - 1}u) / ${CHUNK4}u;
  let weightChannel4 = firstChannel4 + thread % TILE_CHANNELS4;
${fetch(tile, '0u', matrixStride4)}
  for (var chunk = 0u; chunk < chunks; chunk++) {
    workgroupBarrier();
${each(tile.rows / 16, (i) => `    inputChunk[thread + ${64 * i}u] = nextInput${i};`)}
${each(tile.channels / 16, (i) => `    weightChunk[thread + ${64 * i}u] = nextWeight${i};`)}
    workgroupBarrier();
${fetch(tile, '(chunk + 1u)', matrixStride4)}
${multiplyChunk(tile)}
  }
`;
}

/** Brings a thread's part of a chunk into registers; zeros where there is nothing. */
function fetch({ rows, channels }: ProductTile, chunk: string, matrixStride4: string): string {
  const inputs = rows / 16;
  const weights = channels / 16;
  return `
  {
    let depth4 = ${chunk} * ${CHUNK4}u + thread % 4u;
    let isInside = depth4 < shape.depth4;
#if CONVOLUTION
    let tap = depth4 / shape.inChannels4;
    let channel4 = depth4 - tap * shape.inChannels4;
    let tapY = i32(tap / shape.kernelWidth);
    let tapX = i32(tap) - tapY * i32(shape.kernelWidth);
#endif
${each(
  inputs,
  (i) => `
    {
#if CONVOLUTION
      let x = cornerX${i} + tapX;
      let y = cornerY${i} + tapY;
      let isHere = isInside && row${i} < shape.endRow && x >= 0 && y >= 0 && x < i32(shape.inWidth) && y < i32(shape.inHeight);
      let at = (u32(y) * shape.inWidth + u32(x)) * shape.inStride4 + channel4;
#else
      let isHere = isInside && row${i} < shape.endRow;
      let at = row${i} * shape.inStride4 + depth4;
#endif
      nextInput${i} = vec4f();
      if (isHere) { nextInput${i} = vec4f(input[at]); }
    }`,
)}
${each(
  weights,
  (i) => `
    {
      let depth = ${chunk} * ${4 * CHUNK4}u + thread / TILE_CHANNELS4 + ${((4 * CHUNK4) / weights) * i}u;
      nextWeight${i} = vec4f();
      if (depth < 4u * shape.depth4 && weightChannel4 < endChannel4) {
        nextWeight${i} = widened(weights[depth * ${matrixStride4} + weightChannel4]);
      }
    }`,
)}
  }`;
}

function multiplyChunk({ rows, channels }: ProductTile): string {
  const vectors = channels / 4 / SIDE;
  return each(
    CHUNK4,
    (k) => `
    {
${each(rows / SIDE, (r) => `      let a${r} = inputChunk[(ty + ${SIDE * r}u) * ${CHUNK4}u + ${k}u];`)}
${each(
  4,
  (j) => `
${each(vectors, (c) => `      let w${j}_${c} = weightChunk[${(4 * k + j) * (channels / 4)}u + tx + ${SIDE * c}u];`)}
${each(rows / SIDE, (r) => each(vectors, (c) => `      sum${r}_${c} += a${r}.${'xyzw'[j]} * w${j}_${c};`))}`,
)}
    }`,
  );
}

function productMain(tile: ProductTile): string {
  return `
#if GELU
// Abramowitz and Stegun 7.1.26: within 1.5e-7 of the error function.
fn erf(x: vec4f) -> vec4f {
  let a = abs(x);
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(x) * (1.0 - poly * exp(-a * a));
}
#endif

fn store(row: u32, channel4: u32, sum: vec4f) {
  if (row >= shape.endRow || channel4 >= shape.channels4) { return; }
  var value = sum * perChannel[4u * channel4] + perChannel[4u * channel4 + 1u];
#if RELU
  value = max(value, vec4f());
#endif
#if GELU
  value = 0.5 * value * (1.0 + erf(value * 0.70710678118));
#endif
#if SCALED
  value = value * perChannel[4u * channel4 + 2u] + perChannel[4u * channel4 + 3u];
#endif
#if RESIDUAL
  value += vec4f(residual[row * shape.outStride4 + channel4]);
#endif
#if SHUFFLED
  let sub = channel4 / shape.subChannels4;
  let y = 2u * (row / shape.outWidth) + sub / 2u;
  let x = 2u * (row % shape.outWidth) + sub % 2u;
  let at = (y * 2u * shape.outWidth + x) * shape.outStride4 + channel4 - sub * shape.subChannels4;
#else
  let at = row * shape.outStride4 + shape.outOffset4 + channel4;
#endif
  output[at] = real4(value);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstRow = group.y * TILE_ROWS;
  let firstChannel4 = group.x * TILE_CHANNELS4;
  let endChannel4 = shape.channels4;
${declare(tile)}
${multiply(tile, 'shape.channels4')}
${each(tile.rows / SIDE, (r) =>
  each(
    tile.channels / 4 / SIDE,
    (c) => `  store(firstRow + ty + ${SIDE * r}u, firstChannel4 + tx + ${SIDE * c}u, sum${r}_${c});`,
  ),
)}
}
`;
}

function paintMain(tile: ProductTile): string {
  const rows = tile.rows / SIDE;
  return `
var<workgroup> contractions: array<vec2f, ${tile.rows * SIDE}>;

fn contracted(sum: vec4f, sub: u32, channel4: u32) -> vec2f {
  if (channel4 >= shape.channels4) { return vec2f(); }
  let at = 2u * (sub * shape.channels4 + channel4);
  let value = max(sum * perChannel[at] + perChannel[at + 1u], vec4f());
  return vec2f(dot(value, colour[channel4]), dot(value, colour[shape.channels4 + channel4]));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let sub = group.x;
  let firstRow = shape.firstRow + group.y * TILE_ROWS;
  let endChannel4 = (sub + 1u) * shape.channels4;
${declare(tile)}
${each(rows, (r) => `  var ab${r} = vec2f();`)}
  for (var first = 0u; first < shape.channels4; first += TILE_CHANNELS4) {
    let firstChannel4 = sub * shape.channels4 + first;
${multiply(tile, '16u * shape.channels4')}
${each(rows, (r) =>
  each(
    tile.channels / 4 / SIDE,
    (c) => `    ab${r} += contracted(sum${r}_${c}, sub, first + tx + ${SIDE * c}u);`,
  ),
)}
  }
${each(rows, (r) => `  contractions[(ty + ${SIDE * r}u) * 8u + tx] = ab${r};`)}
  workgroupBarrier();
  if (firstRow + thread >= shape.endRow) { return; }
  let cell = firstRow + thread - shape.firstRow;
  var ab = vec2f();
  for (var i = 0u; i < 8u; i++) { ab += contractions[thread * 8u + i]; }
  let y = 4u * (cell / shape.width) + sub / 4u;
  let x = 4u * (cell % shape.width) + sub % 4u;
  output[y * 4u * shape.width + x] = ab;
}
`;
}

function sums({ rows, channels }: ProductTile): string[] {
  const names: string[] = [];
  for (let r = 0; r < rows / SIDE; r++) {
    for (let c = 0; c < channels / 4 / SIDE; c++) names.push(`sum${r}_${c}`);
  }
  return names;
}

/** Unrolled code: `line(0)` … `line(count − 1)`. */
function each(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}
