// From planes [images, planes, cells] to rows of channels, zeros after the last plane; part of wider rows.

struct Shape {
  cells: u32,
  planes: u32,       // of an image of the input
  firstPlane: u32,   // that is taken
  images: u32,
  inImages: u32,     // of the input, which serve all others by turns
  vectors: u32,      // of four channels, written of each row
  outStride4: u32,   // from one row of the output to the next
  outOffset4: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<real4>;

fn valueAt(image: u32, plane: u32, cell: u32) -> f32 {
  if (plane >= shape.planes) { return 0.0; }
  return input[(image * shape.planes + plane) * shape.cells + cell];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / shape.vectors;
  if (row >= shape.images * shape.cells) { return; }
  let vector = index % shape.vectors;
  let image = row / shape.cells % shape.inImages;
  let cell = row % shape.cells;
  let plane = shape.firstPlane + 4u * vector;
  let value = vec4f(
    valueAt(image, plane, cell),
    valueAt(image, plane + 1u, cell),
    valueAt(image, plane + 2u, cell),
    valueAt(image, plane + 3u, cell),
  );
  output[row * shape.outStride4 + shape.outOffset4 + vector] = real4(value);
}
