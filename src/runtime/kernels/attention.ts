import type { KernelSource } from '../network/kernel-source.ts';
import attentionMergeCode from './attention-merge.wgsl?raw';
import { each } from './product-tile.ts';

/** Vectors of keys, and of values, that a workgroup holds: 8 KiB each, half of what every adapter has. */
const HELD_VECTORS = 512;
const MOST_BLOCK = 32;

/**
 * Attention of few queries over many keys, without the scores ever being a tensor (online softmax,
 * Milakov and Gimelshein 2018, arXiv 1805.02867; split over keys as in Flash-Decoding). A thread keeps one
 * query and its running sum in registers; a workgroup goes through its share of the keys of one head.
 * @param head4 vectors of a head: a quarter of its channels, at most 32.
 */
export function attentionKernel(head4: number): KernelSource {
  const BLOCK = Math.min(MOST_BLOCK, Math.floor(HELD_VECTORS / head4));
  return { name: 'attention', code: attentionCode(head4), constants: { HEAD4: head4, BLOCK } };
}

/** Brings the shares of an attention together. */
export function attentionMerge(head4: number): KernelSource {
  return { name: 'attention-merge', code: attentionMergeCode, constants: { HEAD4: head4 } };
}

function attentionCode(head4: number): string {
  return `
struct Shape {
  queries: u32,
  keys: u32,
  channels4: u32,
  keysEach: u32,  // of one share
  scale: f32,     // of the scores
  blocks: u32,    // of 128 queries, in each image
  images: u32,    // each looks at itself; queries and keys are of one
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> query: array<real4>;
@group(0) @binding(2) var<storage, read> key: array<real4>;
@group(0) @binding(3) var<storage, read> value: array<real4>;
// Of each share, head and query: largest score and sum of weights, then the weighted sum of values.
@group(0) @binding(4) var<storage, read_write> shares: array<vec4f>;

var<workgroup> keyBlock: array<vec4f, BLOCK * HEAD4>;
var<workgroup> valueBlock: array<vec4f, BLOCK * HEAD4>;

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let share = group.x;
  let head = group.y;
  let image = group.z / shape.blocks;
  let row = group.z % shape.blocks * 128u + thread;
  let firstKey = image * shape.keys;
  let at = (image * shape.queries + min(row, shape.queries - 1u)) * shape.channels4 + head * HEAD4;
${each(head4, (i) => `  let q${i} = vec4f(query[at + ${i}u]) * shape.scale;`)}
  var highest = -1e30;
  var weight = 0.0;
${each(head4, (i) => `  var v${i} = vec4f();`)}
  let end = min((share + 1u) * shape.keysEach, shape.keys);
  for (var first = share * shape.keysEach; first < end; first += BLOCK) {
    workgroupBarrier();
    for (var i = thread; i < BLOCK * HEAD4; i += 128u) {
      let source = (firstKey + min(first + i / HEAD4, shape.keys - 1u)) * shape.channels4 + head * HEAD4 + i % HEAD4;
      keyBlock[i] = vec4f(key[source]);
      valueBlock[i] = vec4f(value[source]);
    }
    workgroupBarrier();
    let count = min(BLOCK, end - first);
    for (var i = 0u; i < count; i++) {
      let k = i * HEAD4;
      let products = ${sum(head4, (i) => `q${i} * keyBlock[k + ${i}u]`)};
      let score = dot(products, vec4f(1.0));
      if (score > highest) {
        let shrink = exp(highest - score);
        highest = score;
        weight *= shrink;
${each(head4, (i) => `        v${i} *= shrink;`)}
      }
      let part = exp(score - highest);
      weight += part;
${each(head4, (i) => `      v${i} += part * valueBlock[k + ${i}u];`)}
    }
  }
  if (row >= shape.queries) { return; }
  let all = shape.images * shape.queries;
  let to = ((share * groups.y + head) * all + image * shape.queries + row) * (HEAD4 + 1u);
  shares[to] = vec4f(highest, weight, 0.0, 0.0);
${each(head4, (i) => `  shares[to + ${i + 1}u] = v${i};`)}
}
`;
}

function sum(count: number, term: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => term(i)).join(' + ');
}
