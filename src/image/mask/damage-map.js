import { assert } from '../../shared/errors.ts';
/** A mask is never everything and never nothing by the slider alone. */
const LEAST_THRESHOLD = 5;
/** The values of {@link damageIn} from which on damage counts at a sensitivity, 0…1: from 1 − sensitivity. */
export function thresholdOf(sensitivity) {
    assert(sensitivity >= 0 && sensitivity <= 1, 'A sensitivity is a number from 0 to 1.');
    return Math.min(255, Math.max(LEAST_THRESHOLD, 255 * (1 - sensitivity)));
}
/**
 * A map as a window shows it, 0–255 for each cell, to which any threshold can be put afterwards: a slider runs no
 * network. Damage is grown by one cell of the map, since what is lost begins a little before what is seen. Along an
 * axis that shrinks a cell takes the largest that it touches, so that a scratch stays to be seen however small it is
 * drawn; along one that grows the map is bilinear.
 */
export function damageIn(map, window) {
    const { photograph, region, width, height } = window;
    const grown = grownMap(map);
    const columns = samplesAlong(region.x, region.width, width, photograph.width, map.width);
    const rows = samplesAlong(region.y, region.height, height, photograph.height, map.height);
    const line = new Float32Array(map.width);
    const result = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
        const { first, last, share } = rows[y];
        for (let x = 0; x < map.width; x++) {
            line[x] = sampled(grown, first * map.width + x, last * map.width + x, map.width, share);
        }
        for (let x = 0; x < width; x++) {
            const column = columns[x];
            result[y * width + x] = sampled(line, column.first, column.last, 1, column.share) + 0.5;
        }
    }
    return result;
}
/** The largest value of each cell and its eight neighbours. */
function grownMap({ width, height, data }) {
    const along = new Uint8Array(data.length);
    const grown = new Uint8Array(data.length);
    for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
            const left = x > 0 ? data[i - 1] : 0;
            const right = x + 1 < width ? data[i + 1] : 0;
            along[i] = Math.max(data[i], left, right);
        }
    }
    for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
            const above = y > 0 ? along[i - width] : 0;
            const below = y + 1 < height ? along[i + width] : 0;
            grown[i] = Math.max(along[i], above, below);
        }
    }
    return grown;
}
/** @param from, length, pixels in pixels of the photograph. */
function samplesAlong(from, length, count, pixels, samples) {
    const each = (length / count) * (samples / pixels);
    const start = from * (samples / pixels);
    const inside = (place) => Math.min(samples - 1, Math.max(0, place));
    return Array.from({ length: count }, (_, cell) => {
        if (each > 1) {
            const first = inside(Math.floor(start + cell * each));
            const last = inside(Math.ceil(start + (cell + 1) * each) - 1);
            return { first, last: Math.max(first, last), share: null };
        }
        const place = inside(start + (cell + 0.5) * each - 0.5);
        const first = Math.floor(place);
        return { first, last: inside(first + 1), share: place - first };
    });
}
function sampled(values, first, last, stride, share) {
    if (share !== null)
        return values[first] * (1 - share) + values[last] * share;
    let most = 0;
    for (let at = first; at <= last; at += stride)
        most = Math.max(most, values[at]);
    return most;
}
