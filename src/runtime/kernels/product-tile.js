/** Threads of a workgroup along each side. */
export const SIDE = 8;
/** Depth of a chunk, in vectors of four. */
export const CHUNK4 = 4;
/** Depth that passes through workgroup memory at once. */
export const CHUNK_DEPTH = 4 * CHUNK4;
/** Workgroup memory of one chunk. */
export function chunkMemory({ rows, channels }) {
    return `
var<workgroup> inputChunk: array<vec4f, ${rows * CHUNK4}>;
var<workgroup> weightChunk: array<vec4f, ${CHUNK4 * channels}>;
`;
}
/** Declares what {@link multiply} works with; all in registers, so all of it local to `main`. */
export function declare(tile) {
    return `
  let tx = thread % 8u;
  let ty = thread / 8u;
${each(tile.rows / 16, (i) => `  var nextInput${i} = vec4f();`)}
${each(tile.channels / 16, (i) => `  var nextWeight${i} = vec4f();`)}
${sums(tile)
        .map((name) => `  var ${name} = vec4f();`)
        .join('\n')}
#if CONVOLUTION
${each(tile.rows / 16, (i) => `
  let row${i} = firstRow + thread / 4u + ${16 * i}u;
  let cornerX${i} = i32(row${i} % shape.outWidth * shape.stride) - i32(shape.padding);
#if IMAGES
  let image${i} = row${i} / (shape.outWidth * shape.outHeight);
  let cornerY${i} = i32((row${i} / shape.outWidth - image${i} * shape.outHeight) * shape.stride) - i32(shape.padding);
#else
  let cornerY${i} = i32(row${i} / shape.outWidth * shape.stride) - i32(shape.padding);
#endif`)}
#else
${each(tile.rows / 16, (i) => `  let row${i} = firstRow + thread / 4u + ${16 * i}u;`)}
#endif
`;
}
/** Sets a thread's sums to those of the whole depth, for weights from `firstChannel4` to `endChannel4`. */
export function multiply(tile, matrixStride4) {
    return `
${sums(tile)
        .map((name) => `  ${name} = vec4f();`)
        .join('\n')}
  let weightChannel4 = firstChannel4 + thread % TILE_CHANNELS4;
${fetch(tile, 'firstChunk', matrixStride4)}
  for (var chunk = firstChunk; chunk < endChunk; chunk++) {
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
function fetch({ rows, channels }, chunk, matrixStride4) {
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
${each(inputs, (i) => `
    {
#if CONVOLUTION
      let x = cornerX${i} + tapX;
      let y = cornerY${i} + tapY;
      let isHere = isInside && row${i} < shape.endRow && x >= 0 && y >= 0 && x < i32(shape.inWidth) && y < i32(shape.inHeight);
#if IMAGES
      let at = ((image${i} * shape.inHeight + u32(y)) * shape.inWidth + u32(x)) * shape.inStride4 + channel4;
#else
      let at = (u32(y) * shape.inWidth + u32(x)) * shape.inStride4 + channel4;
#endif
#else
      let isHere = isInside && row${i} < shape.endRow;
      let at = row${i} * shape.inStride4 + depth4;
#endif
      nextInput${i} = vec4f();
      if (isHere) { nextInput${i} = vec4f(input[at]); }
    }`)}
${each(weights, (i) => `
    {
      let depth = ${chunk} * ${4 * CHUNK4}u + thread / TILE_CHANNELS4 + ${((4 * CHUNK4) / weights) * i}u;
      nextWeight${i} = vec4f();
      if (depth < 4u * shape.depth4 && weightChannel4 < endChannel4) {
        nextWeight${i} = widened(weights[depth * ${matrixStride4} + weightChannel4]);
      }
    }`)}
  }`;
}
function multiplyChunk({ rows, channels }) {
    const vectors = channels / 4 / SIDE;
    return each(CHUNK4, (k) => `
    {
${each(rows / SIDE, (r) => `      let a${r} = inputChunk[(ty + ${SIDE * r}u) * ${CHUNK4}u + ${k}u];`)}
${each(4, (j) => `
${each(vectors, (c) => `      let w${j}_${c} = weightChunk[${(4 * k + j) * (channels / 4)}u + tx + ${SIDE * c}u];`)}
${each(rows / SIDE, (r) => each(vectors, (c) => `      sum${r}_${c} += a${r}.${'xyzw'[j]} * w${j}_${c};`))}`)}
    }`);
}
/** Names of a thread's sums: `sum{row}_{vector}`. */
export function sums({ rows, channels }) {
    const names = [];
    for (let r = 0; r < rows / SIDE; r++) {
        for (let c = 0; c < channels / 4 / SIDE; c++)
            names.push(`sum${r}_${c}`);
    }
    return names;
}
/** Unrolled code: `line(0)` … `line(count − 1)`. */
export function each(count, line) {
    return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}
