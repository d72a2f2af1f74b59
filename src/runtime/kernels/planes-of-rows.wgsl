// From rows of channels to planes [images, planes, cells] in full precision; channels beyond are left out.

struct Shape {
  cells: u32,
  planes: u32,
  images: u32,
  channels4: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let cell = index % shape.cells;
  let plane = index / shape.cells % shape.planes;
  let image = index / (shape.cells * shape.planes);
  if (image >= shape.images) { return; }
  let row = image * shape.cells + cell;
  output[index] = f32(input[row * shape.channels4 + plane / 4u][plane % 4u]);
}
