// Twice the sides by repeating each pixel, and another picture of that size added.

struct Shape {
  channels4: u32,
  width: u32,     // of the result
  rows: u32,      // pixels of the result
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> small: array<real4>;
@group(0) @binding(2) var<storage, read> other: array<real4>;
@group(0) @binding(3) var<storage, read_write> output: array<real4>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / shape.channels4;
  if (row >= shape.rows) { return; }
  let y = row / shape.width / 2u;
  let x = row % shape.width / 2u;
  let source = (y * (shape.width / 2u) + x) * shape.channels4 + index % shape.channels4;
  output[index] = small[source] + other[index];
}
