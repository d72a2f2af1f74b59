// Adds the sine position code to features, rows first (half of the channels), then columns.

struct Shape {
  channels4: u32,
  width: u32,
  height: u32,
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
  let half4 = shape.channels4 / 2u;
  let isRow = channel4 < half4;
  let place = f32(select(pixel % shape.width, pixel / shape.width, isRow) + 1u);
  let length = f32(select(shape.width, shape.height, isRow)) + 1e-6;
  // Channels 2j and 2j + 1 are the sine and cosine of one rate; a vector holds two rates.
  let pair = 2.0 * f32(channel4 % half4);
  let rates = pow(vec2f(10000.0), -2.0 * vec2f(pair, pair + 1.0) / (4.0 * f32(half4)));
  let angles = place / length * 6.283185307179586 * rates;
  let code = vec4f(sin(angles.x), cos(angles.x), sin(angles.y), cos(angles.y));
  output[index] = real4(vec4f(input[index]) + code);
}
