import { AppError } from '../../shared/errors.ts';
const BATCH_NORM_EPSILON = 1e-5;
/** Weights of a PyTorch module as dispatches want them, by the names of its parts. */
export class ModuleWeights {
    shapes;
    constructor(shapes) {
        this.shapes = shapes;
    }
    /** A linear layer `[depth, channels]`; with `gamma` its result is scaled by that. */
    linear(name, gamma) {
        const [depth, channels] = this.shapes.shapeOf(`${name}.weight`).shape;
        const matrix = this.matrix(`${name}.weight`, depth, channels, ({ values }) => values);
        const perChannel = vectorOf(`${name}.channels`, 4 * channels, (source) => interleaved(scalesOf(source, `${name}.weight`, channels), plain(source, `${name}.bias`), gamma ? plain(source, gamma) : new Float32Array(channels), new Float32Array(channels)));
        return { matrix, perChannel };
    }
    /** A convolution `[out, in, k, k]`, channels last; `[out, in]`, as of a linear layer, is one of 1 × 1. */
    convolution(name, { batchNorm, inputs, added, isPadded = false } = {}) {
        const { shape } = this.shapes.shapeOf(`${name}.weight`);
        const [channels, allInputs, kernel = 1] = shape;
        const { from, to } = inputs ?? { from: 0, to: allInputs };
        const label = inputs ? `${name}[${from}:${to}]` : name;
        const padded = Math.ceil((to - from) / 4) * 4;
        const width = isPadded ? Math.ceil(channels / 4) * 4 : channels;
        const taps = kernel * kernel;
        const matrix = this.matrix(`${name}.weight`, taps * padded, width, ({ values }) => rearranged(values, taps * padded * width, (put) => {
            for (let out = 0; out < channels; out++) {
                for (let i = from; i < to; i++) {
                    for (let tap = 0; tap < taps; tap++) {
                        put((tap * padded + i - from) * width + out, (out * allInputs + i) * taps + tap);
                    }
                }
            }
        }), `${label}.weight`);
        const perChannel = vectorOf(`${label}${added ? `+${added}` : ''}.channels`, 4 * width, (source) => {
            const bias = batchNorm ? new Float32Array(channels) : plain(source, `${name}.bias`);
            const more = added ? plain(source, added) : null;
            const columns = [
                scalesOf(source, `${name}.weight`, channels),
                more ? bias.map((value, i) => value + more[i]) : bias,
                ...(batchNorm ? batchNormOf(source, batchNorm) : noScale(channels)),
            ];
            return interleaved(...columns.map((column) => lengthened(column, width)));
        });
        return { matrix, perChannel };
    }
    /** Layers over the same input as one: their 1 × 1 convolutions' channels side by side. */
    joined(label, names) {
        const parts = names.map((name) => this.convolution(name));
        const { depth, isInt8 } = parts[0].matrix;
        const channels = parts.reduce((sum, { matrix }) => sum + matrix.channels, 0);
        const matrix = {
            name: `${label}.weight`,
            depth,
            channels,
            isInt8: isInt8 && parts.every((part) => part.matrix.isInt8),
            values: (source) => {
                const all = matrix.isInt8
                    ? new Int8Array(depth * channels)
                    : new Float32Array(depth * channels);
                let first = 0;
                for (const part of parts) {
                    const values = part.matrix.values(source);
                    const { channels: own } = part.matrix;
                    for (let at = 0; at < values.length; at++) {
                        all[Math.floor(at / own) * channels + first + (at % own)] = values[at];
                    }
                    first += own;
                }
                return all;
            },
        };
        if (parts.some((part) => part.matrix.isInt8 !== matrix.isInt8)) {
            throw new AppError('model/incompatible', `The weights of ${label} are not all of one kind.`);
        }
        const perChannel = vectorOf(`${label}.channels`, 4 * channels, (source) => concatenated(parts.map((part) => part.perChannel.values(source))));
        return { matrix, perChannel };
    }
    /** A 1 × 1 convolution before a pixel shuffle by 2: channels regrouped by sub-pixel. */
    shuffled(name) {
        const [all, depth] = this.shapes.shapeOf(`${name}.weight`).shape;
        const channels = all / 4;
        const place = (out) => (out % 4) * channels + Math.floor(out / 4);
        const matrix = this.matrix(`${name}.weight`, depth, all, ({ values }) => rearranged(values, depth * all, (put) => {
            for (let out = 0, at = 0; out < all; out++) {
                for (let i = 0; i < depth; i++)
                    put(i * all + place(out), at++);
            }
        }));
        const perChannel = vectorOf(`${name}.channels`, 4 * all, (source) => {
            const regroup = (values) => rearranged(values, all, (put) => values.forEach((_, out) => put(place(out), out)));
            return interleaved(regroup(scalesOf(source, `${name}.weight`, all)), regroup(plain(source, `${name}.bias`)), ...noScale(all));
        });
        return { matrix, perChannel };
    }
    /** A depthwise convolution `[channels, 1, 7, 7]`. */
    depthwise(name) {
        const [channels] = this.shapes.shapeOf(`${name}.weight`).shape;
        const taps = 49;
        const matrix = this.matrix(`${name}.weight`, taps, channels, ({ values }) => rearranged(values, taps * channels, (put) => {
            for (let at = 0; at < taps * channels; at++) {
                put((at % taps) * channels + Math.floor(at / taps), at);
            }
        }));
        const scaleAndBias = vectorOf(`${name}.channels`, 2 * channels, (source) => interleaved(scalesOf(source, `${name}.weight`, channels), plain(source, `${name}.bias`)));
        return { matrix, scaleAndBias };
    }
    /** Scale and shift of a layer norm. */
    norm(name) {
        const [channels] = this.shapes.shapeOf(`${name}.weight`).shape;
        return vectorOf(name, 2 * channels, (source) => interleaved(plain(source, `${name}.weight`), plain(source, `${name}.bias`)));
    }
    /** @param stored name of the weights; @param name what the matrix goes by. */
    matrix(stored, depth, channels, arrange, name = stored) {
        const { isInt8 } = this.shapes.shapeOf(stored);
        if (channels % 4 !== 0) {
            throw new AppError('model/incompatible', `The weights ${stored} have ${channels} channels. Kernels here take multiples of four.`);
        }
        const values = (source) => arrange(source.tensor(stored));
        return { name, depth, channels, isInt8, values };
    }
}
/** How many there are of a part that is counted from 0. */
export function countOf(shapes, name) {
    let count = 0;
    while (shapes.has(name(count)))
        count++;
    return count;
}
export function vectorOf(name, length, values) {
    return { name, length, values };
}
/** Vectors of four by turns: the first four of each array, then the next. */
export function interleaved(...arrays) {
    const length = arrays[0].length;
    const out = new Float32Array(arrays.length * length);
    arrays.forEach((array, index) => {
        for (let i = 0; i < length; i++) {
            out[4 * (arrays.length * Math.floor(i / 4) + index) + (i % 4)] = array[i];
        }
    });
    return out;
}
/** Weights that are no matrix of a product: there is no sum that their scales could be applied to. */
export function plain(source, name) {
    const { values } = source.tensor(name);
    if (values instanceof Float32Array)
        return values;
    throw new AppError('model/incompatible', `The weights ${name} are int8. They must be fp16.`);
}
/** Scales of a matrix's output channels; ones where it has none. */
export function scalesOf(source, name, channels) {
    const scales = source.tensor(name).scales ?? new Float32Array(channels).fill(1);
    if (scales.length === channels)
        return scales;
    throw new AppError('model/incompatible', `The weights ${name} have ${scales.length} scales for ${channels} channels.`);
}
/** Scale and shift that change nothing. */
export function noScale(channels) {
    return [new Float32Array(channels).fill(1), new Float32Array(channels)];
}
/** A batch norm in inference as scale and shift. */
export function batchNormOf(source, name) {
    const mean = plain(source, `${name}.running_mean`);
    const variance = plain(source, `${name}.running_var`);
    const bias = plain(source, `${name}.bias`);
    const scale = plain(source, `${name}.weight`).map((value, i) => value / Math.sqrt(variance[i] + BATCH_NORM_EPSILON));
    return [scale, bias.map((value, i) => value - mean[i] * scale[i])];
}
/** One array after the other. */
export function concatenated(arrays) {
    const out = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const array of arrays) {
        out.set(array, at);
        at += array.length;
    }
    return out;
}
function lengthened(values, length) {
    if (values.length === length)
        return values;
    const out = new Float32Array(length);
    out.set(values);
    return out;
}
function rearranged(values, length, move) {
    const out = (values instanceof Int8Array ? new Int8Array(length) : new Float32Array(length));
    move((to, from) => (out[to] = values[from]));
    return out;
}
