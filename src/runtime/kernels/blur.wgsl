// Mean of each pixel with its neighbours above and to the left, borders repeated: what follows a pixel
// shuffle in DDColor (arXiv 2212.11613, after 1806.02658). Writes into part of a wider row.

struct Shape {
  channels4: u32,
  width: u32,
  height: u32,
  outStride4: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;
@group(0) @binding(2) var<storage, read_write> output: array<real4>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let channel4 = index % shape.channels4;
  let pixel = index / shape.channels4;
  if (pixel >= shape.width * shape.height) { return; }
  let x = pixel % shape.width;
  let left = pixel - min(x, 1u);
  let up = select(0u, shape.width, pixel >= shape.width);
  let sum = vec4f(input[pixel * shape.channels4 + channel4])
    + vec4f(input[left * shape.channels4 + channel4])
    + vec4f(input[(pixel - up) * shape.channels4 + channel4])
    + vec4f(input[(left - up) * shape.channels4 + channel4]);
  output[pixel * shape.outStride4 + channel4] = real4(0.25 * sum);
}
