import { chunkMemory, CHUNK4, declare, each, multiply, SIDE, } from './product-tile.ts';
/** A product of gathered rows with a matrix; see `product` in `network/operations.ts`. */
export function matrixProduct(tile, gathering, epilogue) {
    return {
        name: 'product',
        code: productCode(tile),
        constants: {
            ...tileConstants(tile),
            ...epilogueConstants(epilogue),
            ...gatheringConstants(gathering),
            SHARED: false,
        },
    };
}
/**
 * The same in shares of the depth, each summed by workgroups of its own: few rows would else leave
 * most of a GPU idle. {@link sumOfShares} brings them together.
 */
export function productInShares(tile, gathering) {
    return {
        name: 'product-share',
        code: productCode(tile),
        constants: { ...tileConstants(tile), ...gatheringConstants(gathering), SHARED: true },
    };
}
/** Adds shares of a product and does with the sums what the product would have done. */
export function sumOfShares(epilogue) {
    return {
        name: 'product-sum',
        code: [SHAPE, SUM_OPERANDS, results(2), EPILOGUE, SUM_MAIN].join('\n'),
        constants: epilogueConstants(epilogue),
    };
}
function productCode(tile) {
    const ending = [results(3), EPILOGUE, '#endif'];
    return [SHAPE, OPERANDS, ...ending, chunkMemory(tile), productMain(tile)].join('\n');
}
function tileConstants({ rows, channels }) {
    return { TILE_ROWS: rows, TILE_CHANNELS4: channels / 4 };
}
function gatheringConstants(gathering) {
    return { CONVOLUTION: gathering !== 'rows', IMAGES: gathering === 'convolution-of-images' };
}
function epilogueConstants(epilogue) {
    return {
        RELU: epilogue.activation === 'relu',
        GELU: epilogue.activation === 'gelu',
        SCALED: epilogue.scaling === 'plain',
        GATED: epilogue.scaling === 'gated',
        RESIDUAL: epilogue.residual !== 'none',
        RESIDUAL_SHARED: epilogue.residual === 'shared',
        SHUFFLED: epilogue.isShuffled,
    };
}
const SHAPE = `
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
  chunksEach: u32,   // of the depth, in one share of it
  shares: u32,
  outHeight: u32,    // of one image
  residualRows: u32, // pixels of an image, by turns for all of a span
  residualSpan: u32, // rows of the output that one image of the residual serves
  momentOffset4: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
`;
const OPERANDS = `
@group(0) @binding(1) var<storage, read> input: array<real4>;
@group(0) @binding(2) var<storage, read> weights: array<weight4>;
#if SHARED
@group(0) @binding(3) var<storage, read_write> shares: array<vec4f>;  // [shares, rows, channels]
#else
`;
/** What the epilogue works with, at the first binding that is free. */
function results(binding) {
    return `
// Of each four channels: scale of the weights, bias, scale and shift after the activation.
@group(0) @binding(${binding}) var<storage, read> perChannel: array<vec4f>;
@group(0) @binding(${binding + 1}) var<storage, read_write> output: array<real4>;
#if RESIDUAL
@group(0) @binding(${binding + 2}) var<storage, read> residual: array<real4>;
#endif
#if GATED
@group(0) @binding(${binding + 3}) var<storage, read> moment: array<real4>;
#endif
`;
}
const SUM_OPERANDS = `
@group(0) @binding(1) var<storage, read> shares: array<vec4f>;  // [shares, rows, channels]
`;
const SUM_MAIN = `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / shape.channels4;
  let size = shape.endRow * shape.channels4;
  if (row >= shape.endRow) { return; }
  var sum = vec4f();
  for (var i = 0u; i < shape.shares; i++) { sum += shares[i * size + index]; }
  store(row, index % shape.channels4, sum);
}
`;
/** From sums to what is written. */
const EPILOGUE = `
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
#if GATED
  let gate = vec4f(moment[shape.momentOffset4 + channel4]);
  value = value * (perChannel[4u * channel4 + 2u] + gate) + perChannel[4u * channel4 + 3u];
#endif
#if SCALED
  value = value * perChannel[4u * channel4 + 2u] + perChannel[4u * channel4 + 3u];
#endif
#if RESIDUAL
#if RESIDUAL_SHARED
  let source = row / shape.residualSpan * shape.residualRows + row % shape.residualRows;
  value += vec4f(residual[source * shape.outStride4 + channel4]);
#else
  value += vec4f(residual[row * shape.outStride4 + channel4]);
#endif
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
`;
function productMain(tile) {
    return `
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstRow = group.y * TILE_ROWS;
  let firstChannel4 = group.x * TILE_CHANNELS4;
  let endChannel4 = shape.channels4;
#if SHARED
  let firstChunk = group.z * shape.chunksEach;
  let endChunk = min(firstChunk + shape.chunksEach, (shape.depth4 + ${CHUNK4 - 1}u) / ${CHUNK4}u);
#else
  let firstChunk = 0u;
  let endChunk = (shape.depth4 + ${CHUNK4 - 1}u) / ${CHUNK4}u;
#endif
${declare(tile)}
${multiply(tile, 'shape.channels4')}
#if SHARED
${each(tile.rows / SIDE, (r) => each(tile.channels / 4 / SIDE, (c) => `
  {
    let row = firstRow + ty + ${SIDE * r}u;
    let channel4 = firstChannel4 + tx + ${SIDE * c}u;
    if (row < shape.endRow && channel4 < shape.channels4) {
      shares[(group.z * shape.endRow + row) * shape.channels4 + channel4] = sum${r}_${c};
    }
  }`))}
#else
${each(tile.rows / SIDE, (r) => each(tile.channels / 4 / SIDE, (c) => `  store(firstRow + ty + ${SIDE * r}u, firstChannel4 + tx + ${SIDE * c}u, sum${r}_${c});`))}
#endif
}
`;
}
