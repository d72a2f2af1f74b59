// Layer norm over the channels of each row, in fp32, with an affine map after it; two rows a workgroup.

struct Shape {
  rows: u32,
  channels4: u32,
  outStride4: u32,   // from one row of the output to the next
  outOffset4: u32,
  epsilon: f32,
  momentOffset4: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<real4>;
@group(0) @binding(2) var<storage, read> affine: array<vec4f>;  // scale and shift, of each four channels
@group(0) @binding(3) var<storage, read_write> output: array<real4>;
#if SUM
@group(0) @binding(4) var<storage, read> addend: array<vec4f>;  // [rows, channels]
@group(0) @binding(5) var<storage, read_write> summed: array<real4>;
#endif
#if MODULATED
// What the time says, one row for all: at the offset the scale's part beyond one, then the shift.
@group(0) @binding(4) var<storage, read> moment: array<real4>;
#endif

const LANES = 32u;
var<workgroup> sums: array<f32, 64>;

fn total(value: f32, thread: u32) -> f32 {
  let lane = thread % LANES;
  sums[thread] = value;
  workgroupBarrier();
  for (var reach = LANES / 2u; reach > 0u; reach /= 2u) {
    if (lane < reach) { sums[thread] += sums[thread + reach]; }
    workgroupBarrier();
  }
  let sum = sums[thread - lane];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = 2u * (group.y * groups.x + group.x) + thread / LANES;
  let isHere = row < shape.rows;
  let begin = row * shape.channels4;
  let channels = 4.0 * f32(shape.channels4);
  var sum = 0.0;
  if (isHere) {
    for (var i = thread % LANES; i < shape.channels4; i += LANES) {
      sum += dot(vec4f(input[begin + i]), vec4f(1.0));
    }
  }
  let mean = total(sum, thread) / channels;
  var squares = 0.0;
  if (isHere) {
    for (var i = thread % LANES; i < shape.channels4; i += LANES) {
      let difference = vec4f(input[begin + i]) - mean;
      squares += dot(difference, difference);
    }
  }
  let rate = inverseSqrt(total(squares, thread) / channels + shape.epsilon);
  if (!isHere) { return; }
  for (var i = thread % LANES; i < shape.channels4; i += LANES) {
    var value = (vec4f(input[begin + i]) - mean) * rate * affine[2u * i] + affine[2u * i + 1u];
#if MODULATED
    let scale = vec4f(moment[shape.momentOffset4 + i]);
    value = value * (1.0 + scale) + vec4f(moment[shape.momentOffset4 + shape.channels4 + i]);
#endif
#if RELU
    value = max(value, vec4f());
#endif
    output[row * shape.outStride4 + shape.outOffset4 + i] = real4(value);
#if SUM
    summed[begin + i] = real4(value + addend[begin + i]);
#endif
  }
}
