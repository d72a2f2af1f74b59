// Attention of few queries over many keys, without the scores ever being a tensor (online softmax,
// Milakov and Gimelshein 2018, arXiv 1805.02867; split over keys as in Flash-Decoding). A thread keeps one
// query and its running sum; a workgroup goes through its share of the keys of one head.

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

const HEAD4 = 8u;  // vectors of a head: 32 channels
const BLOCK = 32u;
var<workgroup> keyBlock: array<vec4f, 256>;
var<workgroup> valueBlock: array<vec4f, 256>;

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
  let q0 = vec4f(query[at]) * shape.scale;
  let q1 = vec4f(query[at + 1u]) * shape.scale;
  let q2 = vec4f(query[at + 2u]) * shape.scale;
  let q3 = vec4f(query[at + 3u]) * shape.scale;
  let q4 = vec4f(query[at + 4u]) * shape.scale;
  let q5 = vec4f(query[at + 5u]) * shape.scale;
  let q6 = vec4f(query[at + 6u]) * shape.scale;
  let q7 = vec4f(query[at + 7u]) * shape.scale;
  var highest = -1e30;
  var weight = 0.0;
  var v0 = vec4f();
  var v1 = vec4f();
  var v2 = vec4f();
  var v3 = vec4f();
  var v4 = vec4f();
  var v5 = vec4f();
  var v6 = vec4f();
  var v7 = vec4f();
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
      let products = q0 * keyBlock[k] + q1 * keyBlock[k + 1u] + q2 * keyBlock[k + 2u]
        + q3 * keyBlock[k + 3u] + q4 * keyBlock[k + 4u] + q5 * keyBlock[k + 5u]
        + q6 * keyBlock[k + 6u] + q7 * keyBlock[k + 7u];
      let score = dot(products, vec4f(1.0));
      if (score > highest) {
        let shrink = exp(highest - score);
        highest = score;
        weight *= shrink;
        v0 *= shrink;
        v1 *= shrink;
        v2 *= shrink;
        v3 *= shrink;
        v4 *= shrink;
        v5 *= shrink;
        v6 *= shrink;
        v7 *= shrink;
      }
      let part = exp(score - highest);
      weight += part;
      v0 += part * valueBlock[k];
      v1 += part * valueBlock[k + 1u];
      v2 += part * valueBlock[k + 2u];
      v3 += part * valueBlock[k + 3u];
      v4 += part * valueBlock[k + 4u];
      v5 += part * valueBlock[k + 5u];
      v6 += part * valueBlock[k + 6u];
      v7 += part * valueBlock[k + 7u];
    }
  }
  if (row >= shape.queries) { return; }
  let all = shape.images * shape.queries;
  let to = ((share * groups.y + head) * all + image * shape.queries + row) * (HEAD4 + 1u);
  shares[to] = vec4f(highest, weight, 0.0, 0.0);
  shares[to + 1u] = v0;
  shares[to + 2u] = v1;
  shares[to + 3u] = v2;
  shares[to + 4u] = v3;
  shares[to + 5u] = v4;
  shares[to + 6u] = v5;
  shares[to + 7u] = v6;
  shares[to + 8u] = v7;
}
