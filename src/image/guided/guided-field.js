/**
 * Regularisation of the local fit, in squared L* units: edges weaker than about 17 L* move the colour
 * little. Chosen on held-out photographs (`npm run evaluate -- upsampling`), where 200 to 600 are
 * alike: less follows lightness where colour does not, as JPEG and WebP keep colour at half the size.
 */
export const REGULARISATION = 300;
/** Radius of the square windows, in grid cells. */
export const WINDOW_RADIUS = 1;
/**
 * What interpolation blurs of a or b is given back less this much, in Lab units: what is weaker is a network's
 * texture, right no more often than wrong, and better left blurred.
 */
export const SHARPENING_FLOOR = 0.5;
/** Most that sharpening moves a or b of a cell, in Lab units: what overshoots beside an edge is not seen. */
export const SHARPENING_LIMIT = 3;
/**
 * Fits the field: the guided filter (He, Sun, Tang 2013; fast form, He & Sun 2015, arXiv 1505.00996)
 * with its offset anchored to each cell's own colour rather than to the window's mean. Interpolation
 * then spreads a cell's colour to its neighbours ({@link spreadOf}); where that would blur an edge of
 * colour the offset is sharpened, so that the mean over a cell of what is drawn comes near the network's
 * colour. A photograph no larger than the grid spreads nothing: there a cell whose lightness equals the
 * guide's keeps its colour exactly.
 * @param photograph size of the whole photograph, in pixels.
 */
export function fitGuidedField(chroma, photograph) {
    const { width, height, ab, guide } = chroma;
    const cells = width * height;
    const coefficients = new Float32Array(cells * 4);
    const lostAt = spreadLoss(chroma, photograph);
    for (let channel = 0; channel < 2; channel++) {
        const plane = ab.subarray(channel * cells, (channel + 1) * cells);
        const slopes = windowMeans(windowSlopes(plane, guide, width, height), width, height);
        for (let i = 0; i < cells; i++) {
            const slope = slopes[i];
            const lost = lostAt(i, (cell) => plane[cell] - slope * guide[cell]);
            coefficients[4 * i + 2 * channel] = slope;
            coefficients[4 * i + 2 * channel + 1] = plane[i] - slope * guide[i] + sharpening(lost);
        }
    }
    return { width, height, coefficients };
}
/**
 * Share of a cell's mean that interpolation takes from the neighbour on either side along an axis, where
 * `pixels` are drawn from `cells`: the mean over the cell's pixels of their bilinear weights, 0 to 1/8.
 */
export function spreadOf(cells, pixels) {
    const ratio = pixels / cells;
    return ratio > 1 ? (1 - 1 / ratio ** 2) / 8 : 0;
}
/** What a cell's mean loses to its neighbours when values are interpolated: the value less the spread mean. */
function spreadLoss({ width, height }, photograph) {
    const sideX = spreadOf(width, photograph.width);
    const sideY = spreadOf(height, photograph.height);
    return (cell, valueAt) => {
        const x = cell % width;
        const y = (cell - x) / width;
        const own = valueAt(cell);
        let lost = 0;
        for (let dy = -1; dy <= 1; dy++) {
            const row = clamp(y + dy, 0, height - 1) * width;
            const weightY = dy === 0 ? 1 - 2 * sideY : sideY;
            for (let dx = -1; dx <= 1; dx++) {
                const weight = weightY * (dx === 0 ? 1 - 2 * sideX : sideX);
                lost += weight * (own - valueAt(row + clamp(x + dx, 0, width - 1)));
            }
        }
        return lost;
    };
}
function sharpening(lost) {
    return Math.sign(lost) * clamp(Math.abs(lost) - SHARPENING_FLOOR, 0, SHARPENING_LIMIT);
}
function clamp(value, low, high) {
    return Math.min(Math.max(value, low), high);
}
/** Slope of the regularised least-squares line of `plane` on `guide` in the window of each cell. */
function windowSlopes(plane, guide, width, height) {
    const slopes = new Float32Array(plane.length);
    forEachWindow(width, height, (cell, top, bottom, left, right) => {
        let [sumG, sumP, sumGG, sumGP] = [0, 0, 0, 0];
        for (let y = top; y <= bottom; y++) {
            for (let i = y * width + left; i <= y * width + right; i++) {
                const g = guide[i];
                const p = plane[i];
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
function windowMeans(plane, width, height) {
    const means = new Float32Array(plane.length);
    forEachWindow(width, height, (cell, top, bottom, left, right) => {
        let sum = 0;
        for (let y = top; y <= bottom; y++) {
            for (let i = y * width + left; i <= y * width + right; i++)
                sum += plane[i];
        }
        means[cell] = sum / ((bottom - top + 1) * (right - left + 1));
    });
    return means;
}
/** Visits the window of each cell, cut off at the grid's border. Bounds are inclusive. */
function forEachWindow(width, height, visit) {
    for (let y = 0; y < height; y++) {
        const top = Math.max(y - WINDOW_RADIUS, 0);
        const bottom = Math.min(y + WINDOW_RADIUS, height - 1);
        for (let x = 0; x < width; x++) {
            const left = Math.max(x - WINDOW_RADIUS, 0);
            visit(y * width + x, top, bottom, left, Math.min(x + WINDOW_RADIUS, width - 1));
        }
    }
}
