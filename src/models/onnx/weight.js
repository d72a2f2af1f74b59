import { elementsOf } from './read-tensor.ts';
/** As many of one number as a channel list is long. */
export function filled(length, value) {
    return { shape: [length], read: () => Promise.resolve(new Float32Array(length).fill(value)) };
}
/** The same numbers in another shape. */
export function reshaped(weight, shape) {
    return { shape, read: () => weight.read() };
}
/** A matrix with rows and columns exchanged. */
export function transposed(weight) {
    const [rows, columns] = weight.shape;
    return {
        shape: [columns, rows],
        async read() {
            const values = await weight.read();
            return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
        },
    };
}
/** Every so many-th entry along the first side, from one of them on. */
export function everyNth(weight, step, from) {
    const [all, ...rest] = weight.shape;
    const row = elementsOf(rest);
    return {
        shape: [all / step, ...rest],
        async read() {
            const values = await weight.read();
            const out = new Float32Array(values.length / step);
            for (let i = 0; i < out.length / row; i++) {
                const start = (i * step + from) * row;
                out.set(values.subarray(start, start + row), i * row);
            }
            return out;
        },
    };
}
