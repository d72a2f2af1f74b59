import { AppError } from '../../shared/errors.ts';
/** Of the queries' products with each other, so that equal queries do not divide by nothing. */
const RIDGE = 1e-12;
/**
 * A linear layer that gives what a tool has computed beforehand. The first layer's queries do not depend on the
 * picture, so simplifiers keep only their projection, and the matrix itself is lost. Of all matrices W with
 * (query + position) · W = projection this is the smallest, Xᵀ (X Xᵀ)⁻¹ · projection: for these queries, which are
 * the only ones that it ever sees, it is the one that was lost.
 * @returns `[channels, channels]`.
 * @throws {AppError} `model/incompatible` for more queries than channels: these depend on each other, and the work
 *   would grow with the cube of their number.
 */
export function recoveredProjection(constants, fixed, query, position) {
    const [, queries, channels] = query.shape;
    if (queries > channels) {
        throw new AppError('model/incompatible', `This ONNX model cannot be read here: its first ${queries} queries were computed beforehand, and at most ${channels} can be taken back.`);
    }
    return {
        shape: [channels, channels],
        async read() {
            const [x, place, target] = [
                Float64Array.from(await query.read()),
                await position.read(),
                await projection(constants, fixed, queries, channels),
            ];
            place.forEach((value, i) => (x[i] += value));
            const inner = solved(products(x, queries, channels), target, queries, channels);
            const out = new Float32Array(channels * channels);
            for (let row = 0; row < channels; row++) {
                for (let q = 0; q < queries; q++) {
                    const factor = x[q * channels + row];
                    for (let c = 0; c < channels; c++)
                        out[row * channels + c] += factor * inner[q * channels + c];
                }
            }
            return out;
        },
    };
}
/** The projection as queries × channels; the graph has it as heads × queries × channels of a head. */
async function projection(constants, { value, factor }, queries, channels) {
    const { shape, values } = await constants.read(value);
    const [heads, rows, each] = shape.filter((side, i) => side !== 1 || i > 0);
    if (shape.length < 3 ||
        rows !== queries ||
        heads * each !== channels ||
        values.length !== queries * channels) {
        throw new AppError('model/incompatible', 'This ONNX model cannot be read here: its first queries were computed beforehand, and have another form than heads × queries.');
    }
    const out = new Float64Array(values.length);
    values.forEach((value, at) => {
        const [head, query, channel] = [
            Math.floor(at / each / queries),
            Math.floor(at / each) % queries,
            at % each,
        ];
        out[query * channels + head * each + channel] = value / factor;
    });
    return out;
}
/** X Xᵀ, with a ridge. */
function products(x, rows, columns) {
    const out = new Float64Array(rows * rows);
    for (let i = 0; i < rows; i++) {
        for (let j = 0; j <= i; j++) {
            let sum = 0;
            for (let k = 0; k < columns; k++)
                sum += x[i * columns + k] * x[j * columns + k];
            out[i * rows + j] = sum;
            out[j * rows + i] = sum;
        }
        out[i * rows + i] *= 1 + RIDGE;
    }
    return out;
}
/** Solves A · Y = B for a symmetric positive A, by Cholesky. Overwrites both. */
function solved(a, b, n, columns) {
    for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
            let sum = a[i * n + j];
            for (let k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[j * n + j];
        }
    }
    const subtract = (row, other, factor) => {
        for (let c = 0; c < columns; c++)
            b[row * columns + c] -= factor * b[other * columns + c];
    };
    const divide = (row) => {
        for (let c = 0; c < columns; c++)
            b[row * columns + c] /= a[row * n + row];
    };
    for (let i = 0; i < n; i++) {
        for (let k = 0; k < i; k++)
            subtract(i, k, a[i * n + k]);
        divide(i);
    }
    for (let i = n - 1; i >= 0; i--) {
        for (let k = i + 1; k < n; k++)
            subtract(i, k, a[k * n + i]);
        divide(i);
    }
    return b;
}
