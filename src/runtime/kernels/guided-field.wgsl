// The anchored guided filter at network size; the twin of src/image/guided/guided-field.ts.
// Two passes over the grid: the slope of the regularised least-squares line of ab on L* in each
// cell's window, then the mean of those slopes with the offset that keeps the cell's own colour,
// sharpened by what interpolation will spread to the neighbours.

struct Grid {
  width: u32,        // cells used: the photograph without its padding
  height: u32,
  rowStride: u32,    // values from one row of ab to the next (the padded width)
  planeStride: u32,  // values from plane a to plane b
  gain: f32,         // ab are multiplied by it
  spreadX: f32,      // share that interpolation takes from the neighbour on either side
  spreadY: f32,
}

override REGULARISATION: f32;  // squared L*
override RADIUS: i32;          // cells
override SHARPENING_FLOOR: f32;  // Lab units
override SHARPENING_LIMIT: f32;

@group(0) @binding(0) var<uniform> grid: Grid;
@group(0) @binding(1) var<storage, read> ab: array<f32>;              // Lab units
@group(0) @binding(2) var<storage, read> guide: array<f32>;           // L* 0-100, tight rows
@group(0) @binding(3) var<storage, read_write> slopes: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> coefficients: array<vec4f>;  // slopeA, offsetA, slopeB, offsetB

fn abAt(x: u32, y: u32) -> vec2f {
  let i = y * grid.rowStride + x;
  return grid.gain * vec2f(ab[i], ab[grid.planeStride + i]);
}

fn low(centre: u32) -> u32 { return u32(max(i32(centre) - RADIUS, 0)); }
fn high(centre: u32, size: u32) -> u32 { return min(centre + u32(RADIUS), size - 1u); }

@compute @workgroup_size(8, 8)
fn fitSlopes(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= grid.width || id.y >= grid.height) { return; }
  var sumG = 0.0;
  var sumGG = 0.0;
  var sumP = vec2f();
  var sumGP = vec2f();
  var n = 0.0;
  // Sums are taken about the cell's own values: squares of L* up to 10,000 would cost f32 its last digits.
  let centreG = guide[id.y * grid.width + id.x];
  let centreP = abAt(id.x, id.y);
  for (var y = low(id.y); y <= high(id.y, grid.height); y++) {
    for (var x = low(id.x); x <= high(id.x, grid.width); x++) {
      let g = guide[y * grid.width + x] - centreG;
      let p = abAt(x, y) - centreP;
      sumG += g;
      sumGG += g * g;
      sumP += p;
      sumGP += g * p;
      n += 1.0;
    }
  }
  let covariance = sumGP / n - (sumG / n) * (sumP / n);
  let variance = max(sumGG / n - (sumG / n) * (sumG / n), 0.0);
  slopes[id.y * grid.width + id.x] = covariance / (variance + REGULARISATION);
}

@compute @workgroup_size(8, 8)
fn fitOffsets(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= grid.width || id.y >= grid.height) { return; }
  var sum = vec2f();
  var n = 0.0;
  for (var y = low(id.y); y <= high(id.y, grid.height); y++) {
    for (var x = low(id.x); x <= high(id.x, grid.width); x++) {
      sum += slopes[y * grid.width + x];
      n += 1.0;
    }
  }
  let cell = id.y * grid.width + id.x;
  let slope = sum / n;
  let own = abAt(id.x, id.y) - slope * guide[cell];
  var lost = vec2f();
  for (var dy = -1; dy <= 1; dy++) {
    let y = u32(clamp(i32(id.y) + dy, 0, i32(grid.height) - 1));
    let weightY = select(grid.spreadY, 1.0 - 2.0 * grid.spreadY, dy == 0);
    for (var dx = -1; dx <= 1; dx++) {
      let x = u32(clamp(i32(id.x) + dx, 0, i32(grid.width) - 1));
      let weight = weightY * select(grid.spreadX, 1.0 - 2.0 * grid.spreadX, dx == 0);
      lost += weight * (own - (abAt(x, y) - slope * guide[y * grid.width + x]));
    }
  }
  let offset = own + sign(lost) * clamp(abs(lost) - SHARPENING_FLOOR, vec2f(), vec2f(SHARPENING_LIMIT));
  coefficients[cell] = vec4f(slope.x, offset.x, slope.y, offset.y);
}
