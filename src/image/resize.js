import { assert } from '../shared/errors.ts';
import { boxCells } from './box-cells.ts';
/** Slack for regions whose edges were reckoned in floating point. */
const EDGE_SLACK = 1e-3;
/**
 * A region of the plane at another size: the mean over each cell's area along an axis that shrinks,
 * bilinear along one that grows. Row by row, `width` × `height` values, 0–65535.
 * @throws {AppError} `bug/invariant` where the region is empty or outside the plane.
 */
export function shrinkLightness(plane, region, width, height) {
    assert(region.width > 0 &&
        region.height > 0 &&
        region.x >= -EDGE_SLACK &&
        region.y >= -EDGE_SLACK &&
        region.x + region.width <= plane.width + EDGE_SLACK &&
        region.y + region.height <= plane.height + EDGE_SLACK, `The region ${JSON.stringify(region)} is not within ${plane.width} × ${plane.height}.`);
    const result = new Uint16Array(width * height);
    const columns = cellsAlong(region.x, region.width, width, plane.width);
    const rows = cellsAlong(region.y, region.height, height, plane.height);
    const rowAt = reducedRows(plane, columns, width);
    const sums = new Float64Array(width);
    for (let y = 0; y < height; y++) {
        const first = rows.first[y];
        const last = rows.last[y];
        const size = rows.firstShare[y] + rows.lastShare[y] + Math.max(0, last - first - 1);
        scale(sums, rowAt(first), rows.firstShare[y] / size);
        for (let row = first + 1; row < last; row++)
            addScaled(sums, rowAt(row), 1 / size);
        if (last > first)
            addScaled(sums, rowAt(last), rows.lastShare[y] / size);
        // Half is added once, here, so that the integer store rounds.
        const start = y * width;
        for (let x = 0; x < width; x++)
            result[start + x] = sums[x] + 0.5;
    }
    return result;
}
/** Box cells where the axis shrinks or stays; else two neighbours a cell with bilinear shares. */
function cellsAlong(from, length, count, samples) {
    if (length >= count)
        return boxCells(from, length, count, samples);
    const cells = {
        first: new Int32Array(count),
        last: new Int32Array(count),
        firstShare: new Float64Array(count),
        lastShare: new Float64Array(count),
    };
    for (let i = 0; i < count; i++) {
        const centre = from + ((i + 0.5) * length) / count - 0.5;
        const position = Math.max(0, Math.min(samples - 1, centre));
        const first = Math.floor(position);
        cells.first[i] = first;
        cells.last[i] = Math.min(samples - 1, first + 1);
        cells.firstShare[i] = 1 - (position - first);
        cells.lastShare[i] = cells.last[i] === first ? 0 : position - first;
    }
    return cells;
}
/** Source rows brought to the new width; neighbouring cells share at most two, which are kept. */
function reducedRows(plane, columns, width) {
    const kept = [new Float64Array(width), new Float64Array(width)];
    const keptRow = [-1, -1];
    return (row) => {
        const slot = row & 1;
        if (keptRow[slot] !== row) {
            reduceRow(plane.data, row * plane.width, columns, kept[slot]);
            keptRow[slot] = row;
        }
        return kept[slot];
    };
}
function reduceRow(data, start, { first, last, firstShare, lastShare }, result) {
    for (let i = 0; i < result.length; i++) {
        const from = start + first[i];
        const to = start + last[i];
        const [shareFrom, shareTo] = [firstShare[i], lastShare[i]];
        let whole = 0;
        for (let at = from + 1; at < to; at++)
            whole += data[at];
        const between = to > from ? to - from - 1 : 0;
        const sum = shareFrom * data[from] + whole + shareTo * data[to];
        result[i] = sum / (shareFrom + shareTo + between);
    }
}
function scale(sums, row, factor) {
    for (let x = 0; x < sums.length; x++)
        sums[x] = row[x] * factor;
}
function addScaled(sums, row, factor) {
    for (let x = 0; x < sums.length; x++)
        sums[x] += row[x] * factor;
}
