import { chunkMemory, CHUNK4, declare, each, multiply, SIDE, } from './product-tile.ts';
/** The product inside `paint`: sums are rectified and contracted with the colour kernel at once. */
export function paintProduct() {
    const tile = { rows: 64, channels: 64 };
    return {
        name: 'paint',
        code: [PAINT_HEAD, chunkMemory(tile), paintMain(tile)].join('\n'),
        constants: { TILE_ROWS: 64, TILE_CHANNELS4: 16, CONVOLUTION: false },
    };
}
const PAINT_HEAD = `
struct Shape {
  endRow: u32,       // cell of the features at which the tile ends
  channels4: u32,    // of one sub-pixel
  depth4: u32,
  inStride4: u32,
  firstRow: u32,     // cell of the features at which the tile begins
  width: u32,        // cells in a row
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;       // features
@group(0) @binding(2) var<storage, read> weights: array<weight4>;   // [depth, 16 sub-pixels x channels]
@group(0) @binding(3) var<storage, read> perChannel: array<vec4f>;  // scale and bias, of each four channels
@group(0) @binding(4) var<storage, read> colour: array<vec4f>;      // [2, channels]
@group(0) @binding(5) var<storage, read_write> output: array<vec2f>; // ab before the blur, at full size
`;
function paintMain(tile) {
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
  let firstChunk = 0u;
  let endChunk = (shape.depth4 + ${CHUNK4 - 1}u) / ${CHUNK4}u;
${declare(tile)}
${each(rows, (r) => `  var ab${r} = vec2f();`)}
  for (var first = 0u; first < shape.channels4; first += TILE_CHANNELS4) {
    let firstChannel4 = sub * shape.channels4 + first;
${multiply(tile, '16u * shape.channels4')}
${each(rows, (r) => each(tile.channels / 4 / SIDE, (c) => `    ab${r} += contracted(sum${r}_${c}, sub, first + tx + ${SIDE * c}u);`))}
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
