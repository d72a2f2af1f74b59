import { AppError } from '../../shared/errors.ts';
import { intsOf } from './graph-flow.ts';
/** Axes, shapes and places of a tensor are no more than it has sides. */
const LONGEST_LIST = 16;
/** The error of an operator whose inputs do not go together. */
export function misfit(operator) {
    return new AppError('model/corrupt', `The model’s file is damaged: the operator ${operator} is given weights that do not go together.`);
}
/** The first input. @throws {AppError} `model/corrupt` where it is absent. */
export function first(node, inputs) {
    return inputs[0] ?? fail(node);
}
/** The second input. @throws {AppError} `model/corrupt` where it is absent. */
export function second(node, inputs) {
    return inputs[1] ?? fail(node);
}
/** Ends with {@link misfit}. */
export function fail(node) {
    throw misfit(node.operator);
}
/** A few integers. @throws {AppError} `model/corrupt` for many, or for others. */
export function integersOf({ values }) {
    if (values.length > LONGEST_LIST || !values.every(Number.isInteger))
        throw misfit('with a list');
    return [...values];
}
/** A list that is the second input, or an attribute in older operator sets; empty where there is neither. */
export function listOf(node, inputs, name) {
    return inputs[1] ? integersOf(inputs[1]) : intsOf(node, name, []);
}
/** Axes of a tensor of so many sides, counted from its first. */
export function axesOf(node, inputs, rank) {
    return listOf(node, inputs, 'axes').map((axis) => axisOf(axis, rank));
}
/** An axis counted from the first side; `rank` itself is the end. @throws {AppError} `model/corrupt`. */
export function axisOf(axis, rank) {
    const at = axis < 0 ? axis + rank : axis;
    if (!(at >= 0 && at <= rank))
        throw misfit('with an axis');
    return at;
}
