import { AppError } from '../../shared/errors.ts';
import { floatOfHalf } from '../half.ts';
import { ELEMENT } from './model-types.ts';
import { corrupt, packedVarints } from './wire.ts';
/** How many numbers a shape has. */
export function elementsOf(shape) {
    return shape.reduce((product, side) => product * side, 1);
}
/** Bytes of a raw element. */
const RAW_BYTES = new Map([
    [ELEMENT.float, 4],
    [ELEMENT.uint8, 1],
    [ELEMENT.int8, 1],
    [ELEMENT.int32, 4],
    [ELEMENT.int64, 8],
    [ELEMENT.bool, 1],
    [ELEMENT.half, 2],
    [ELEMENT.double, 8],
]);
/** Which elements each typed list may hold. */
const LAYOUTS = {
    raw: () => true,
    floats: (type) => type === ELEMENT.float,
    doubles: (type) => type === ELEMENT.double,
    varints: (type) => type !== ELEMENT.float && type !== ELEMENT.double,
};
/**
 * Reads a tensor's numbers; of what lies in the file, only these bytes.
 * @throws {AppError} `model/corrupt` where there are more or fewer than its shape says, `model/incompatible` for
 *   an element type that no published network has, or a weight in another file.
 */
export async function readTensor(tensor, source) {
    const { data } = tensor;
    if (data.kind !== 'file')
        return numbersInMemory(tensor);
    return decoded(tensor, data.layout, await source.read(data.start, data.end));
}
/** The numbers of a tensor whose bytes are in memory; see {@link readTensor}. */
export function numbersInMemory(tensor) {
    const { data } = tensor;
    if (data.kind === 'memory')
        return decoded(tensor, data.layout, data.bytes);
    if (data.kind === 'none')
        return decoded(tensor, 'raw', new Uint8Array(0));
    throw new AppError('model/incompatible', 'This ONNX model keeps weights in a second file: save it as one file, or add the folder of both.');
}
function decoded({ shape, type, name }, layout, bytes) {
    const count = elementsOf(shape);
    const size = RAW_BYTES.get(type);
    if (size === undefined) {
        throw new AppError('model/incompatible', 'This ONNX model has weights of a kind that is not read here.', { detail: { name, type } });
    }
    if (!LAYOUTS[layout](type))
        throw corrupt('the numbers of a weight in it are of two kinds');
    const held = layout === 'raw' ? bytes.length / size : typedCount(layout, bytes);
    // A varint is a byte at least: the list is made only where the file is as long as it says.
    const isRight = layout === 'varints' ? count <= held : count === held;
    if (!isRight)
        throw corrupt('a weight in it has not as many numbers as its sides say');
    if (layout === 'varints') {
        const list = packedVarints(bytes, count);
        if (list.length !== count)
            throw corrupt('a weight in it has not as many numbers as its sides say');
        const values = type === ELEMENT.half ? Float32Array.from(list, floatOfHalf) : Float64Array.from(list);
        return { shape, values };
    }
    // By far the most, and the platform's own order of bytes.
    if (type === ELEMENT.float)
        return { shape, values: new Float32Array(new Uint8Array(bytes).buffer) };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const read = elementReader(layout === 'doubles' ? ELEMENT.double : type);
    const values = isFloat(type) ? new Float32Array(count) : new Float64Array(count);
    for (let i = 0; i < count; i++)
        values[i] = read(view, i);
    return { shape, values };
}
function typedCount(layout, bytes) {
    if (layout === 'varints')
        return bytes.length;
    return bytes.length / (layout === 'floats' ? 4 : 8);
}
function isFloat(type) {
    return type === ELEMENT.float || type === ELEMENT.half || type === ELEMENT.double;
}
function elementReader(type) {
    if (type === ELEMENT.half)
        return (view, i) => floatOfHalf(view.getUint16(2 * i, true));
    if (type === ELEMENT.double)
        return (view, i) => view.getFloat64(8 * i, true);
    if (type === ELEMENT.int64)
        return (view, i) => Number(view.getBigInt64(8 * i, true));
    if (type === ELEMENT.int32)
        return (view, i) => view.getInt32(4 * i, true);
    if (type === ELEMENT.int8)
        return (view, i) => view.getInt8(i);
    return (view, i) => view.getUint8(i);
}
