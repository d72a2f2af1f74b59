// Depthwise convolution 7 x 7 with padding 3, channels last. A thread makes four neighbouring pixels of
// four channels: of the ten inputs in a row each serves up to four of them.

struct Shape {
  channels4: u32,
  width: u32,
  height: u32,
  quarterWidth: u32,  // groups of four pixels in a row
  images: u32,        // one below the other
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;
@group(0) @binding(2) var<storage, read> weights: array<weight4>;   // [49, channels]
@group(0) @binding(3) var<storage, read> perChannel: array<vec4f>;  // scale and bias, of each four channels
@group(0) @binding(4) var<storage, read_write> output: array<real4>;

fn inputAt(x: i32, row: u32, channel4: u32) -> vec4f {
  if (x < 0 || x >= i32(shape.width)) { return vec4f(); }
  return vec4f(input[(row + u32(x)) * shape.channels4 + channel4]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let channel4 = index % shape.channels4;
  let group = index / shape.channels4;
  let y = group / shape.quarterWidth;
  let x = i32(4u * (group % shape.quarterWidth));
  if (y >= shape.images * shape.height) { return; }
  let top = y / shape.height * shape.height;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var tap = 0u; tap < 7u; tap++) {
    let inputY = i32(y + tap) - 3;
    if (inputY < i32(top) || inputY >= i32(top + shape.height)) { continue; }
    let row = u32(inputY) * shape.width;
    var a = inputAt(x - 3, row, channel4);
    var b = inputAt(x - 2, row, channel4);
    var c = inputAt(x - 1, row, channel4);
    for (var i = 0u; i < 7u; i++) {
      let d = inputAt(x + i32(i), row, channel4);
      let weight = widened(weights[(7u * tap + i) * shape.channels4 + channel4]);
      sum0 += a * weight;
      sum1 += b * weight;
      sum2 += c * weight;
      sum3 += d * weight;
      a = b;
      b = c;
      c = d;
    }
  }
  let scale = perChannel[2u * channel4];
  let bias = perChannel[2u * channel4 + 1u];
  let at = (y * shape.width + u32(x)) * shape.channels4 + channel4;
  let count = shape.width - u32(x);
  output[at] = real4(sum0 * scale + bias);
  if (count > 1u) { output[at + shape.channels4] = real4(sum1 * scale + bias); }
  if (count > 2u) { output[at + 2u * shape.channels4] = real4(sum2 * scale + bias); }
  if (count > 3u) { output[at + 3u * shape.channels4] = real4(sum3 * scale + bias); }
}
