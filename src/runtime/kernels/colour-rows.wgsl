// Colours a stripe of lightness; the twin of src/image/guided/colour-rows.ts.
// One invocation a pixel: the guided field interpolated, the look applied, chroma reduced until sRGB
// can hold the colour (lightness is never clipped), packed as RGBA8.

struct Stripe {
  width: u32,        // pixels
  height: u32,
  fieldWidth: u32,   // grid cells
  fieldHeight: u32,
  scale: vec2f,      // grid coordinate of pixel p: p * scale + offset
  offset: vec2f,
  even: f32,         // ab is multiplied by even + lift / (1 + (chroma / KNEE)^2)
  lift: f32,
}

override KNEE: f32;
override DELTA: f32;       // CIELAB's 6/29
override TOLERANCE: f32;   // linear light outside 0-1 that still counts as inside
override STEPS: u32;       // halvings in the search for the largest chroma that fits

@group(0) @binding(0) var<uniform> stripe: Stripe;
@group(0) @binding(1) var<storage, read> field: array<vec4f>;     // slopeA, offsetA, slopeB, offsetB
@group(0) @binding(2) var<storage, read> lightness: array<u32>;   // two pixels a word, 0-65535 for L* 0-100
@group(0) @binding(3) var<storage, read_write> rgba: array<u32>;
@group(0) @binding(4) var<uniform> rgbOfXyz: array<vec4f, 3>;     // rows: relative XYZ to linear RGB

fn fieldAt(position: vec2f) -> vec4f {
  let last = vec2f(f32(stripe.fieldWidth - 1u), f32(stripe.fieldHeight - 1u));
  let p = clamp(position, vec2f(), last);
  let near = vec2u(p);
  let far = min(near + 1u, vec2u(stripe.fieldWidth - 1u, stripe.fieldHeight - 1u));
  let t = p - vec2f(near);
  let top = mix(field[near.y * stripe.fieldWidth + near.x], field[near.y * stripe.fieldWidth + far.x], t.x);
  let bottom = mix(field[far.y * stripe.fieldWidth + near.x], field[far.y * stripe.fieldWidth + far.x], t.x);
  return mix(top, bottom, t.y);
}

fn cubeOf(f: vec3f) -> vec3f {
  return select(3.0 * DELTA * DELTA * (f - 4.0 / 29.0), f * f * f, f > vec3f(DELTA));
}

fn linearOf(fy: f32, ab: vec2f) -> vec3f {
  let xyz = cubeOf(vec3f(fy + ab.x / 500.0, fy, fy - ab.y / 200.0));
  return vec3f(dot(rgbOfXyz[0].xyz, xyz), dot(rgbOfXyz[1].xyz, xyz), dot(rgbOfXyz[2].xyz, xyz));
}

fn fits(linear: vec3f) -> bool {
  return all(linear >= vec3f(-TOLERANCE)) && all(linear <= vec3f(1.0 + TOLERANCE));
}

fn levels(linear: vec3f) -> vec3u {
  let light = clamp(linear, vec3f(), vec3f(1.0));
  let srgb = select(1.055 * pow(light, vec3f(1.0 / 2.4)) - 0.055, light * 12.92, light <= vec3f(0.0031308));
  return vec3u(srgb * 255.0 + 0.5);
}

@compute @workgroup_size(8, 8)
fn colourRows(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= stripe.width || id.y >= stripe.height) { return; }
  let pixel = id.y * stripe.width + id.x;
  let light = f32((lightness[pixel / 2u] >> (16u * (pixel & 1u))) & 0xffffu) * (100.0 / 65535.0);
  let k = fieldAt(vec2f(id.xy) * stripe.scale + stripe.offset);
  var ab = vec2f(k.x * light + k.y, k.z * light + k.w);
  ab *= stripe.even + stripe.lift / (1.0 + dot(ab, ab) / (KNEE * KNEE));
  let fy = (light + 16.0) / 116.0;
  var linear = linearOf(fy, ab);
  if (!fits(linear)) {
    var inside = 0.0;
    var outside = 1.0;
    for (var step = 0u; step < STEPS; step++) {
      let middle = (inside + outside) / 2.0;
      if (fits(linearOf(fy, ab * middle))) { inside = middle; } else { outside = middle; }
    }
    linear = linearOf(fy, ab * inside);
  }
  let rgb = levels(linear);
  rgba[pixel] = rgb.x | (rgb.y << 8u) | (rgb.z << 16u) | 0xff000000u;
}
