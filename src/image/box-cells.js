/** Edges that should be whole numbers miss them by rounding; this much is no part of a sample. */
const SLIVER = 1e-9;
/** Cells over samples 0 to `samples` − 1; see {@link BoxCells}. */
export function boxCells(from, length, count, samples) {
    const cells = {
        first: new Int32Array(count),
        last: new Int32Array(count),
        firstShare: new Float64Array(count),
        lastShare: new Float64Array(count),
    };
    for (let i = 0; i < count; i++) {
        const start = Math.max(0, from + (i * length) / count);
        const end = Math.min(samples, from + ((i + 1) * length) / count);
        const first = Math.min(samples - 1, Math.floor(start + SLIVER));
        const last = Math.max(first, Math.min(samples - 1, Math.ceil(end - SLIVER) - 1));
        cells.first[i] = first;
        cells.last[i] = last;
        cells.firstShare[i] = first === last ? Math.max(SLIVER, end - start) : first + 1 - start;
        cells.lastShare[i] = first === last ? 0 : end - last;
    }
    return cells;
}
