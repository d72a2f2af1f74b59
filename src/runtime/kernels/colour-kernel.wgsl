// Contracts the colour embeddings with the refinement's weights: [2, queries] x [queries, channels].
// The fold of DDColor: its query maps are never built.

struct Shape {
  queries: u32,
  channels4: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> embeddings: array<real4>;  // [queries, channels]
@group(0) @binding(2) var<storage, read> refine: array<f32>;        // [2, queries]
@group(0) @binding(3) var<storage, read_write> kernel: array<vec4f>; // [2, channels]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel4 = id.x % shape.channels4;
  let plane = id.x / shape.channels4;
  if (plane >= 2u) { return; }
  var sum = vec4f();
  for (var i = 0u; i < shape.queries; i++) {
    sum += refine[plane * shape.queries + i] * vec4f(embeddings[i * shape.channels4 + channel4]);
  }
  kernel[id.x] = sum;
}
