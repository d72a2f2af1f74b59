// Brings the shares of attention.ts together, HEAD4 vectors a head: their weighted sums, each from its own highest score.

struct Shape {
  queries: u32,
  heads: u32,
  shares: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> shares: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> output: array<real4>;  // [queries, channels]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channels4 = shape.heads * HEAD4;
  let row = id.x / channels4;
  if (row >= shape.queries) { return; }
  let head = id.x % channels4 / HEAD4;
  let vector = id.x % HEAD4;
  let stride = shape.heads * shape.queries * (HEAD4 + 1u);
  let begin = (head * shape.queries + row) * (HEAD4 + 1u);
  var highest = -1e30;
  for (var i = 0u; i < shape.shares; i++) { highest = max(highest, shares[begin + i * stride].x); }
  var weight = 0.0;
  var sum = vec4f();
  for (var i = 0u; i < shape.shares; i++) {
    let at = begin + i * stride;
    let part = exp(shares[at].x - highest);
    weight += part * shares[at].y;
    sum += part * shares[at + 1u + vector];
  }
  output[id.x] = real4(sum / weight);
}
