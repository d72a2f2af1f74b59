import type { LabPlanes } from './metrics.ts';

/** Standard deviation of the window, in pixels, and how far it reaches: 11 × 11 pixels. */
const SIGMA = 1.5;
const RADIUS = 5;
/** a and b are taken to lie in −128…128. */
const DYNAMIC_RANGE = 256;
const C1 = (0.01 * DYNAMIC_RANGE) ** 2;
const C2 = (0.03 * DYNAMIC_RANGE) ** 2;

const WINDOW = gaussianWindow();

/**
 * SSIM of chroma: the structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004; 11 × 11 Gaussian window of
 * σ 1.5, K1 0.01, K2 0.03, dynamic range 256) of the signed a planes and of the b planes, over
 * all places where the window fits, and the mean of both. 1 where nothing differs. The same as scikit-image's with
 * `gaussian_weights=True, use_sample_covariance=False, data_range=256`.
 * @throws {RangeError} where a side is less than the window's.
 */
export function chromaSsim(one: LabPlanes, other: LabPlanes, width: number): number {
  return (ssim(one.a, other.a, width) + ssim(one.b, other.b, width)) / 2;
}

function ssim(one: Float32Array, other: Float32Array, width: number): number {
  const height = one.length / width;
  if (Math.min(width, height) < WINDOW.length) {
    throw new RangeError(`SSIM needs ${WINDOW.length} × ${WINDOW.length} pixels at least.`);
  }
  const means = (values: (i: number) => number) => windowMeans(values, width, height);
  const mean1 = means((i) => one[i]!);
  const mean2 = means((i) => other[i]!);
  const square1 = means((i) => one[i]! ** 2);
  const square2 = means((i) => other[i]! ** 2);
  const product = means((i) => one[i]! * other[i]!);
  let sum = 0;
  for (let i = 0; i < mean1.length; i++) {
    const [m1, m2] = [mean1[i]!, mean2[i]!];
    const variances = square1[i]! - m1 * m1 + square2[i]! - m2 * m2;
    const covariance = product[i]! - m1 * m2;
    sum +=
      ((2 * m1 * m2 + C1) * (2 * covariance + C2)) / ((m1 * m1 + m2 * m2 + C1) * (variances + C2));
  }
  return sum / mean1.length;
}

/** Weighted mean in the window of every pixel that has it whole: 2 × RADIUS fewer each way. */
function windowMeans(valueAt: (i: number) => number, width: number, height: number): Float64Array {
  const innerWidth = width - 2 * RADIUS;
  const innerHeight = height - 2 * RADIUS;
  const rows = new Float64Array(innerWidth * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < innerWidth; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k]! * valueAt(y * width + x + k);
      rows[y * innerWidth + x] = sum;
    }
  }
  const result = new Float64Array(innerWidth * innerHeight);
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k]! * rows[i + k * innerWidth]!;
    result[i] = sum;
  }
  return result;
}

function gaussianWindow(): Float64Array {
  const weights = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
