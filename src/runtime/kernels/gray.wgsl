// The network's input: gray 0-1 as three normalised channels and one of zeros.

struct Shape {
  pixels: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gray: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<real4>;

const MEAN = vec3f(0.485, 0.456, 0.406);
const DEVIATION = vec3f(0.229, 0.224, 0.225);

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let pixel = id.y * groups.x * 64u + id.x;
  if (pixel >= shape.pixels) { return; }
  output[pixel] = real4(vec4f((vec3f(gray[pixel]) - MEAN) / DEVIATION, 0.0));
}
