// The mean of each cell of 4 x 4 pixels of planes, times a number.

struct Shape {
  width: u32,    // cells in a row
  height: u32,
  planes: u32,
  factor: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, 4 height, 4 width]
@group(0) @binding(2) var<storage, read_write> output: array<f32>;  // [planes, height, width]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= shape.planes * shape.width * shape.height) { return; }
  let x = index % shape.width;
  // Planes lie one below the other, and each has whole cells.
  let y = index / shape.width;
  var sum = 0.0;
  for (var row = 0u; row < 4u; row++) {
    let at = ((4u * y + row) * shape.width + x) * 4u;
    sum += input[at] + input[at + 1u] + input[at + 2u] + input[at + 3u];
  }
  output[index] = sum * shape.factor / 16.0;
}
