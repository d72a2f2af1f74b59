import { AppError } from '../shared/errors.ts';
/** Bytes that tensors of a materialised file are aligned to. */
const ALIGNMENT = 64;
/**
 * Checks that no two tensors have the same name or share bytes, neither in the stream nor in a graph's file of
 * weights, and that those files are no longer than their tensors and the padding between.
 * @throws {AppError} `model/incompatible` naming a tensor.
 */
export function checkLayout(table) {
    const names = new Set();
    for (const { name } of table) {
        if (names.has(name))
            throw misplaced(name, 'are there twice');
        names.add(name);
    }
    assertApart(table.flatMap(placesInStream));
    for (const graph of new Set(table.map((tensor) => tensor.graph))) {
        const places = table
            .filter((tensor) => tensor.graph === graph)
            .map(({ name, materialised: { offset, byteLength } }) => ({
            name,
            from: offset,
            to: offset + byteLength,
        }));
        assertApart(places);
        const needed = places.reduce((sum, { from, to }) => sum + (to - from) + ALIGNMENT, 0);
        const outside = places.find(({ to }) => to > needed);
        if (outside)
            throw misplaced(outside.name, 'lie far outside their file');
    }
}
function placesInStream(tensor) {
    const { name, offset, byteLength, scaleOffset, axis, shape } = tensor;
    const values = { name, from: offset, to: offset + byteLength };
    if (tensor.encoding === 'fp16')
        return [values];
    const scaleAt = scaleOffset ?? 0;
    return [values, { name, from: scaleAt, to: scaleAt + 4 * shape[axis ?? 0] }];
}
function assertApart(places) {
    const sorted = [...places].sort((a, b) => a.from - b.from);
    sorted.forEach(({ name, from }, i) => {
        const before = sorted[i - 1];
        if (before && before.to > from)
            throw misplaced(name, `overlap those of ${before.name}`);
    });
}
function misplaced(name, what) {
    return new AppError('model/incompatible', `The weights ${name} ${what}.`);
}
