import { elementsOf } from './read-tensor.ts';
/** How far apart neighbours along each axis lie in row-major numbers. */
export function contiguousStrides(shape) {
    const strides = [];
    let stride = 1;
    for (const side of shape.toReversed()) {
        strides.unshift(stride);
        stride *= side;
    }
    return strides;
}
/** Numbers picked in even steps along each axis: a transposed, sliced or repeated tensor. */
export function strided({ values }, shape, strides, offset) {
    const count = elementsOf(shape);
    const out = values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
    const at = shape.map(() => 0);
    let place = offset;
    for (let i = 0; i < count; i++) {
        out[i] = values[place];
        for (let axis = shape.length - 1; axis >= 0; axis--) {
            place += strides[axis];
            at[axis]++;
            if (at[axis] < shape[axis])
                break;
            place -= strides[axis] * shape[axis];
            at[axis] = 0;
        }
    }
    return { shape, values: out };
}
/** The shape that two shapes become together, or null where they do not go together. */
export function broadcastShape(a, b) {
    const rank = Math.max(a.length, b.length);
    const shape = [];
    for (let i = 1; i <= rank; i++) {
        const [left, right] = [a.at(-i) ?? 1, b.at(-i) ?? 1];
        if (left !== right && left !== 1 && right !== 1)
            return null;
        shape.unshift(left === 1 ? right : left);
    }
    return shape;
}
