import { needsHalf } from '../../models/variant.ts';
/**
 * Gives tensors to buffers so that no two that live at once share one: the largest first, each into
 * the smallest buffer that is free for as long as it lives (greedy by size, Pisarchyk and Lee 2020,
 * arXiv 2001.03288). Deterministic: what a run takes is known before anything is allocated.
 */
export function planBuffers(program, variant) {
    const lifetimes = lifetimesOf(program, variant);
    lifetimes.sort((a, b) => b.bytes - a.bytes || a.from - b.from || a.tensor.id - b.tensor.id);
    const buffers = [];
    const bufferOf = new Map();
    for (const lifetime of lifetimes) {
        const isFree = ({ held }) => held.every(({ from, to }) => to < lifetime.from || from > lifetime.to);
        // Buffers come in falling size, so the last free one is the smallest that fits.
        let index = program.kept.has(lifetime.tensor) ? -1 : buffers.findLastIndex(isFree);
        if (index === -1)
            index = buffers.push({ bytes: lifetime.bytes, held: [] }) - 1;
        buffers[index].held.push(lifetime);
        bufferOf.set(lifetime.tensor, index);
    }
    return { sizes: buffers.map(({ bytes }) => bytes), bufferOf };
}
/** Bytes of one element on a GPU. */
export function bytesOfScalar(scalar, variant) {
    return scalar === 'real' && needsHalf(variant) ? 2 : 4;
}
function lifetimesOf(program, variant) {
    const found = new Map();
    const last = program.steps.length;
    const note = (tensor, from, to) => {
        const held = found.get(tensor);
        if (held) {
            held.to = Math.max(held.to, to);
            return;
        }
        const bytes = Math.ceil((tensor.elements * bytesOfScalar(tensor.scalar, variant)) / 16) * 16;
        found.set(tensor, { tensor, bytes, from, to });
    };
    for (const tensor of program.kept)
        note(tensor, -1, last);
    program.steps.forEach(({ operands }, step) => {
        for (const operand of operands) {
            if (operand.kind !== 'tensor' || program.borrowed.has(operand.tensor))
                continue;
            note(operand.tensor, step, program.lasting.has(operand.tensor) ? last : step);
        }
    });
    return [...found.values()];
}
