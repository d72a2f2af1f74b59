import { intOf } from './graph-flow.ts';
import { axisOf, fail, first, integersOf, listOf, misfit, second, } from './operator-inputs.ts';
import { elementsOf } from './read-tensor.ts';
import { contiguousStrides, strided } from './strides.ts';
/** `Slice`: places along some axes. */
export function slice(input, [, starts, ends, axes, steps]) {
    if (!starts || !ends)
        throw misfit('Slice');
    const shape = [...input.shape];
    const strides = contiguousStrides(input.shape);
    const [to, along, by] = [ends, axes, steps].map((list) => list && integersOf(list));
    let offset = 0;
    integersOf(starts).forEach((start, i) => {
        const axis = axisOf(along?.[i] ?? i, shape.length);
        const side = shape[axis];
        const step = by?.[i] ?? 1;
        const end = to?.[i];
        if (side === undefined || end === undefined || step < 1)
            throw misfit('Slice');
        const within = (place) => Math.min(Math.max(place < 0 ? place + side : place, 0), side);
        const from = within(start);
        offset += from * strides[axis];
        shape[axis] = Math.max(0, Math.ceil((within(end) - from) / step));
        strides[axis] *= step;
    });
    return strided(input, shape, strides, offset);
}
/** `Split`: parts along an axis, even where no lengths are given. */
export function split(node, inputs) {
    const input = first(node, inputs);
    const axis = axisOf(intOf(node, 'axis', 0), input.shape.length);
    const side = input.shape[axis] ?? fail(node);
    const even = Math.ceil(side / node.outputs.length);
    const given = listOf(node, inputs, 'split');
    let from = 0;
    return node.outputs.map((_, i) => {
        const length = given[i] ?? Math.min(even, side - from);
        if (!(length >= 0 && from + length <= side))
            throw misfit('Split');
        const part = piece(input, axis, from, length);
        from += length;
        return part;
    });
}
/** Part of a tensor along one axis. */
function piece(input, axis, from, length) {
    const strides = contiguousStrides(input.shape);
    const shape = input.shape.map((side, i) => (i === axis ? length : side));
    return strided(input, shape, strides, from * strides[axis]);
}
/** `Gather` of one place along an axis. */
export function gather(node, inputs) {
    const input = first(node, inputs);
    const axis = axisOf(intOf(node, 'axis', 0), input.shape.length);
    const side = input.shape[axis] ?? fail(node);
    const index = second(node, inputs);
    const place = index.values.length === 1 ? index.values[0] : NaN;
    const from = place < 0 ? place + side : place;
    if (!Number.isInteger(from) || from < 0 || from >= side)
        throw misfit('Gather');
    const { values } = piece(input, axis, from, 1);
    return {
        shape: [...input.shape.slice(0, axis), ...index.shape, ...input.shape.slice(axis + 1)],
        values,
    };
}
/** `Concat` along an axis. @param bounded answers a shape, unless it is too large. */
export function concat(node, inputs, bounded) {
    const parts = inputs.map((input) => input ?? fail(node));
    const { shape } = first(node, inputs);
    const axis = axisOf(intOf(node, 'axis', 0), shape.length);
    const outer = elementsOf(shape.slice(0, axis));
    const rows = parts.map((part) => part.values.length / outer);
    const inner = elementsOf(shape.slice(axis + 1));
    const row = rows.reduce((sum, length) => sum + length, 0);
    const joint = bounded(shape.map((side, i) => (i === axis ? row / inner : side)));
    const isEven = rows.every(Number.isInteger) && elementsOf(joint) === outer * row;
    if (!isEven)
        throw misfit('Concat');
    const values = new Float32Array(outer * row);
    parts.forEach((part, k) => {
        const before = rows.slice(0, k).reduce((sum, length) => sum + length, 0);
        for (let i = 0; i < outer; i++) {
            values.set(part.values.subarray(i * rows[k], (i + 1) * rows[k]), i * row + before);
        }
    });
    return { shape: joint, values };
}
