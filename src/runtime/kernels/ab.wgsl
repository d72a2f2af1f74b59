// The last step of `paint`: blurs the shuffled ab of one tile and adds what the gray itself says.

struct Shape {
  width: u32,
  firstRow: u32,    // row of the picture at which the tile begins
  endRow: u32,
  height: u32,      // of the picture
  haloRows: u32,    // rows of the input above firstRow
  slopeA: f32,      // ab = blurred + slope * gray + offset
  slopeB: f32,
  offsetA: f32,
  offsetB: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> shuffled: array<vec2f>;
@group(0) @binding(2) var<storage, read> gray: array<f32>;
@group(0) @binding(3) var<storage, read_write> ab: array<f32>;  // [2, height, width]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let x = index % shape.width;
  let y = shape.firstRow + index / shape.width;
  if (y >= shape.endRow) { return; }
  let here = index + shape.haloRows * shape.width;
  let left = here - min(x, 1u);
  let up = select(0u, shape.width, y > 0u);
  let blurred = 0.25 * (shuffled[here] + shuffled[left] + shuffled[here - up] + shuffled[left - up]);
  let at = y * shape.width + x;
  let value = blurred + vec2f(shape.slopeA, shape.slopeB) * gray[at] + vec2f(shape.offsetA, shape.offsetB);
  ab[at] = value.x;
  ab[shape.height * shape.width + at] = value.y;
}
