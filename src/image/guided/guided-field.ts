import type { Chroma } from '../photograph.ts';

/**
 * Regularisation of the local fit, in squared L* units: edges weaker than about 10 L* move the colour
 * little. Chosen with {@link WINDOW_RADIUS} on held-out photographs, as a middle between what suits
 * sharp ab (150) and blurred ab such as a network's (60): `models/tools/compare_upsampling.py`.
 */
export const REGULARISATION = 100;
/** Radius of the square windows, in grid cells. */
export const WINDOW_RADIUS = 1;

/**
 * Colour as a local linear function of lightness: at every grid cell a = slopeA·L* + offsetA and
 * b = slopeB·L* + offsetB. Interpolated between cells and evaluated at the photograph's own
 * lightness, it brings ab to any size with edges where the photograph has them.
 */
export type GuidedField = {
  width: number;
  height: number;
  /** slopeA, offsetA, slopeB, offsetB of each cell, row by row. */
  coefficients: Float32Array;
};

/**
 * Fits the field: the guided filter (He, Sun, Tang 2013; fast form, He & Sun 2015, arXiv 1505.00996)
 * with its offset anchored to each cell's own colour rather than to the window's mean, so that a
 * cell whose lightness equals the guide's keeps the network's colour exactly.
 */
export function fitGuidedField(chroma: Chroma): GuidedField {
  const { width, height, ab, guide } = chroma;
  const cells = width * height;
  const coefficients = new Float32Array(cells * 4);
  for (let channel = 0; channel < 2; channel++) {
    const plane = ab.subarray(channel * cells, (channel + 1) * cells);
    const slopes = windowMeans(windowSlopes(plane, guide, width, height), width, height);
    for (let i = 0; i < cells; i++) {
      const slope = slopes[i]!;
      coefficients[4 * i + 2 * channel] = slope;
      coefficients[4 * i + 2 * channel + 1] = plane[i]! - slope * guide[i]!;
    }
  }
  return { width, height, coefficients };
}

/** Slope of the regularised least-squares line of `plane` on `guide` in the window of each cell. */
function windowSlopes(plane: Float32Array, guide: Float32Array, width: number, height: number) {
  const slopes = new Float32Array(plane.length);
  forEachWindow(width, height, (cell, top, bottom, left, right) => {
    let [sumG, sumP, sumGG, sumGP] = [0, 0, 0, 0];
    for (let y = top; y <= bottom; y++) {
      for (let i = y * width + left; i <= y * width + right; i++) {
        const g = guide[i]!;
        const p = plane[i]!;
        sumG += g;
        sumP += p;
        sumGG += g * g;
        sumGP += g * p;
      }
    }
    const n = (bottom - top + 1) * (right - left + 1);
    const covariance = sumGP / n - (sumG / n) * (sumP / n);
    const variance = Math.max(sumGG / n - (sumG / n) ** 2, 0);
    slopes[cell] = covariance / (variance + REGULARISATION);
  });
  return slopes;
}

function windowMeans(plane: Float32Array, width: number, height: number): Float32Array {
  const means = new Float32Array(plane.length);
  forEachWindow(width, height, (cell, top, bottom, left, right) => {
    let sum = 0;
    for (let y = top; y <= bottom; y++) {
      for (let i = y * width + left; i <= y * width + right; i++) sum += plane[i]!;
    }
    means[cell] = sum / ((bottom - top + 1) * (right - left + 1));
  });
  return means;
}

/** Visits the window of each cell, cut off at the grid's border. Bounds are inclusive. */
function forEachWindow(
  width: number,
  height: number,
  visit: (cell: number, top: number, bottom: number, left: number, right: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    const top = Math.max(y - WINDOW_RADIUS, 0);
    const bottom = Math.min(y + WINDOW_RADIUS, height - 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(x - WINDOW_RADIUS, 0);
      visit(y * width + x, top, bottom, left, Math.min(x + WINDOW_RADIUS, width - 1));
    }
  }
}
