import { AppError } from '../../shared/errors.ts';
import { intOf, intsOf } from './graph-flow.ts';
import { concat, gather, slice, split } from './constant-pieces.ts';
import { axesOf, axisOf, fail, first, integersOf, listOf, misfit, second, } from './operator-inputs.ts';
import { elementsOf } from './read-tensor.ts';
import { broadcastShape, contiguousStrides, strided } from './strides.ts';
/**
 * Computes an operator whose inputs are weights: what exporters leave between a weight and its use.
 * @param inputs null where an optional one is absent.
 * @param mostElements how many numbers it may give.
 * @throws {AppError} `model/incompatible` for an operator that no weight comes through, `model/corrupt` where
 *   shapes do not go together.
 */
export function evaluate(node, inputs, mostElements) {
    const operator = OPERATORS[node.operator];
    if (!operator || !canEvaluate(node)) {
        throw new AppError('model/incompatible', `This ONNX model cannot be read here: a weight of it is computed by ${node.operator}.`);
    }
    if ((inputs[0]?.values.length ?? 0) > mostElements) {
        throw new AppError('model/incompatible', 'This ONNX model cannot be read here: its weights are computed in too many steps.');
    }
    const bounded = (shape) => {
        if (!(elementsOf(shape) <= mostElements))
            throw misfit(node.operator);
        return shape;
    };
    return operator(node, inputs, bounded);
}
/** Whether weights may come through an operator. */
export function canEvaluate({ operator }) {
    return Object.hasOwn(OPERATORS, operator);
}
const OPERATORS = {
    Identity: (node, inputs) => [first(node, inputs)],
    Cast: (node, inputs) => [first(node, inputs)],
    Dropout: (node, inputs) => [first(node, inputs)],
    Reshape: (node, inputs) => reshaped(node, inputs, wished(node, inputs)),
    Flatten: (node, inputs) => {
        const { shape } = first(node, inputs);
        const axis = axisOf(intOf(node, 'axis', 1), shape.length);
        return reshaped(node, inputs, [
            elementsOf(shape.slice(0, axis)),
            elementsOf(shape.slice(axis)),
        ]);
    },
    Squeeze: (node, inputs) => {
        const { shape } = first(node, inputs);
        const axes = axesOf(node, inputs, shape.length);
        return reshaped(node, inputs, shape.filter((side, i) => (axes.length ? !axes.includes(i) : side !== 1)));
    },
    Unsqueeze: (node, inputs) => {
        const { shape } = first(node, inputs);
        const axes = new Set(axesOf(node, inputs, shape.length + listOf(node, inputs, 'axes').length));
        const sides = shape.values();
        const wide = Array.from({ length: shape.length + axes.size }, (_, i) => axes.has(i) ? 1 : (sides.next().value ?? 1));
        return reshaped(node, inputs, wide);
    },
    Transpose: (node, inputs) => {
        const input = first(node, inputs);
        const { shape } = input;
        const reversed = shape.map((_, i) => shape.length - 1 - i);
        const order = intsOf(node, 'perm', reversed);
        const isOrder = order.length === shape.length && reversed.every((axis) => order.includes(axis));
        if (!isOrder)
            throw misfit('Transpose');
        const strides = contiguousStrides(shape);
        return [
            strided(input, order.map((axis) => shape[axis]), order.map((axis) => strides[axis]), 0),
        ];
    },
    Slice: (node, inputs) => [slice(first(node, inputs), inputs)],
    Split: (node, inputs) => split(node, inputs),
    Gather: (node, inputs) => [gather(node, inputs)],
    Concat: (node, inputs, bounded) => [concat(node, inputs, bounded)],
    Add: elementwise((a, b) => a + b),
    Sub: elementwise((a, b) => a - b),
    Mul: elementwise((a, b) => a * b),
    Div: elementwise((a, b) => a / b),
    Pow: elementwise((a, b) => a ** b),
    Sqrt: (node, inputs) => [mapped(first(node, inputs), Math.sqrt)],
    Reciprocal: (node, inputs) => [mapped(first(node, inputs), (a) => 1 / a)],
    Neg: (node, inputs) => [mapped(first(node, inputs), (a) => -a)],
    ReduceSum: (node, inputs) => {
        const { shape, values } = first(node, inputs);
        if (listOf(node, inputs, 'axes').length > 0)
            throw misfit('ReduceSum');
        let sum = 0;
        for (const value of values)
            sum += value;
        return [{ shape: shape.map(() => 1), values: Float32Array.of(sum) }];
    },
    MatMul: (node, inputs, bounded) => [
        matrixProduct(first(node, inputs), second(node, inputs), bounded),
    ],
};
/** The shape that `Reshape` asks for: 0 keeps a side, −1 is what remains. */
function wished(node, inputs) {
    const { shape, values } = first(node, inputs);
    const sides = integersOf(second(node, inputs)).map((side, i) => side === 0 ? (shape[i] ?? 0) : side);
    const known = elementsOf(sides.filter((side) => side !== -1));
    return sides.map((side) => (side === -1 ? values.length / known : side));
}
function reshaped(node, inputs, shape) {
    const { values } = first(node, inputs);
    const isShape = shape.every((side) => Number.isSafeInteger(side) && side >= 0);
    if (!isShape || elementsOf(shape) !== values.length)
        throw misfit(node.operator);
    return [{ shape, values }];
}
function elementwise(apply) {
    return (node, inputs, bounded) => {
        const [a, b] = [first(node, inputs), second(node, inputs)];
        const shape = bounded(broadcastShape(a.shape, b.shape) ?? fail(node));
        const [left, right] = [expanded(a, shape), expanded(b, shape)];
        const values = new Float32Array(left.length);
        for (let i = 0; i < values.length; i++)
            values[i] = apply(left[i], right[i]);
        return [{ shape, values }];
    };
}
function expanded(input, shape) {
    if (input.values.length === elementsOf(shape))
        return input.values;
    const missing = shape.length - input.shape.length;
    const own = contiguousStrides(input.shape);
    const strides = shape.map((_, i) => input.shape[i - missing] === 1 ? 0 : (own[i - missing] ?? 0));
    return strided(input, shape, strides, 0).values;
}
function mapped({ shape, values }, apply) {
    return { shape, values: Float32Array.from(values, apply) };
}
/** A matrix or a row by a matrix or a column. */
function matrixProduct(a, b, bounded) {
    const depth = a.shape.at(-1) ?? 0;
    const rows = a.values.length / depth;
    const columns = b.values.length / depth;
    const isFlat = a.shape.length <= 2 && b.shape.length <= 2 && depth > 0;
    if (!isFlat || b.shape[0] !== depth)
        throw misfit('MatMul');
    bounded([rows, depth, columns]);
    const shape = [...a.shape.slice(0, -1), ...b.shape.slice(1)];
    const values = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
            let sum = 0;
            for (let k = 0; k < depth; k++)
                sum += a.values[row * depth + k] * b.values[k * columns + column];
            values[row * columns + column] = sum;
        }
    }
    return { shape, values };
}
