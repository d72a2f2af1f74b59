import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import { floatOfHalf } from './half.ts';
import { checkLayout } from './weight-layout.ts';
/** Far more than any network here has. */
const MOST_TENSORS = 10_000;
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const side = v.pipe(count, v.minValue(1));
const tensorSchema = v.object({
    name: v.pipe(v.string(), v.maxLength(100)),
    graph: v.pipe(v.string(), v.regex(/^[a-z]{1,20}$/)),
    shape: v.pipe(v.array(side), v.minLength(1), v.maxLength(4)),
    encoding: v.picklist(['int8-per-channel', 'fp16']),
    /** Dimension that the scales run along; meaningless for fp16. */
    axis: v.nullable(count),
    offset: count,
    byteLength: count,
    scaleOffset: v.nullable(count),
    materialised: v.object({ offset: count, byteLength: count }),
});
const tableSchema = v.pipe(v.array(tensorSchema), v.maxLength(MOST_TENSORS));
/** Checks a model's table of tensors against the bytes of its shards. @throws {AppError} `model/incompatible`. */
export function parseWeightTable(data, shardBytes) {
    const result = v.safeParse(tableSchema, data);
    if (!result.success) {
        throw new AppError('model/incompatible', 'The table of weights is not valid.', {
            detail: { issue: result.issues[0].message },
        });
    }
    for (const tensor of result.output) {
        const values = tensor.shape.reduce((product, side) => product * side, 1);
        const isInt8 = tensor.encoding === 'int8-per-channel';
        const channels = isInt8 ? tensor.shape[tensor.axis ?? -1] : 0;
        const scaleEnd = isInt8 ? (tensor.scaleOffset ?? Infinity) + 4 * (channels ?? Infinity) : 0;
        const fits = tensor.offset + tensor.byteLength <= shardBytes &&
            scaleEnd <= shardBytes &&
            tensor.byteLength === values * (isInt8 ? 1 : 2) &&
            tensor.materialised.offset % 64 === 0 &&
            tensor.materialised.byteLength === values * 4;
        if (!fits) {
            throw new AppError('model/incompatible', `The weights ${tensor.name} do not fit their shards.`);
        }
    }
    checkLayout(result.output);
    return result.output;
}
/** A table of weights as what a network's program asks of it. */
export function shapesOf(table) {
    const tensors = byName(table);
    return {
        has: (name) => tensors.has(name),
        shapeOf(name) {
            const { shape, encoding } = found(tensors, name);
            return { shape, isInt8: encoding === 'int8-per-channel' };
        },
    };
}
/** The weights of a table as they were downloaded. @param stream the shards, joined. */
export function sourceOf(table, stream) {
    const tensors = byName(table);
    return { tensor: (name) => storedTensor(found(tensors, name), stream) };
}
function byName(table) {
    return new Map(table.map((tensor) => [tensor.name, tensor]));
}
function found(tensors, name) {
    const tensor = tensors.get(name);
    if (!tensor)
        throw new AppError('model/incompatible', `The weights ${name} are missing.`);
    return tensor;
}
function storedTensor(tensor, stream) {
    const { shape, offset, byteLength } = tensor;
    if (tensor.encoding === 'fp16') {
        const halves = new Uint16Array(stream.slice(offset, offset + byteLength).buffer);
        return { shape, values: Float32Array.from(halves, floatOfHalf), scales: null };
    }
    const scaleAt = tensor.scaleOffset ?? 0;
    const scaleEnd = scaleAt + 4 * shape[tensor.axis ?? 0];
    return {
        shape,
        values: new Int8Array(stream.buffer, stream.byteOffset + offset, byteLength),
        scales: new Float32Array(stream.slice(scaleAt, scaleEnd).buffer),
    };
}
/**
 * Makes the file of weights that a graph for onnxruntime refers to, from the int8 shards.
 * @param stream the shards, joined.
 * @returns little-endian float32, each tensor at its `materialised` place.
 */
export function materialise(table, stream, graph) {
    const mine = table.filter((tensor) => tensor.graph === graph);
    const end = mine.reduce((most, { materialised }) => {
        const { offset, byteLength } = materialised;
        return Math.max(most, offset + byteLength);
    }, 0);
    const out = new ArrayBuffer(end);
    for (const tensor of mine) {
        const { offset, byteLength } = tensor.materialised;
        fill(tensor, stream, new Float32Array(out, offset, byteLength / 4));
    }
    return new Uint8Array(out);
}
function fill(tensor, stream, out) {
    const { values, scales } = storedTensor(tensor, stream);
    if (!scales) {
        out.set(values);
        return;
    }
    const axis = tensor.axis ?? 0;
    const channels = scales.length;
    const inner = tensor.shape.slice(axis + 1).reduce((product, side) => product * side, 1);
    for (let start = 0, channel = 0; start < out.length; start += inner) {
        const scale = scales[channel];
        for (let i = start; i < start + inner; i++)
            out[i] = values[i] * scale;
        channel = channel + 1 === channels ? 0 : channel + 1;
    }
}
