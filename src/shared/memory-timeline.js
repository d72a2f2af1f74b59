/** Points kept at most, unless asked otherwise. */
const POINTS = 512;
/** Live bytes of all owners together. */
export function totalBytes({ weights, activations, pictures, other }) {
    return weights + activations + pictures + other;
}
/**
 * Live bytes over time in a bounded number of points. A whole run always fits: where there is no room
 * left, neighbouring stretches are joined, and each keeps its extremes, so that no peak is ever lost.
 */
export class MemoryTimeline {
    #mostStretches;
    /** Each is the lowest and the highest moment of some changes, in the order of their coming. */
    #stretches = [];
    /** Changes that one stretch stands for, and those in the last one so far. */
    #stride = 1;
    #inLast = 0;
    #latest = null;
    /** @param points at least 3. */
    constructor(points = POINTS) {
        // Two points a stretch, and the latest.
        this.#mostStretches = Math.floor((points - 1) / 2);
    }
    /** Notes what is live from now on; moments must not fall. */
    add(point) {
        this.#latest = point;
        const last = this.#stretches.at(-1);
        if (last && this.#inLast < this.#stride) {
            this.#inLast += 1;
            this.#stretches[this.#stretches.length - 1] = extremesOf([...last, point]);
            return;
        }
        if (this.#stretches.length === this.#mostStretches)
            this.#coarsen();
        this.#stretches.push([point]);
        this.#inLast = 1;
    }
    /** The points kept, by rising moment. */
    get points() {
        const points = this.#stretches.flat();
        return this.#latest && points.at(-1) !== this.#latest ? [...points, this.#latest] : points;
    }
    #coarsen() {
        const before = this.#stretches;
        this.#stretches = [];
        for (let at = 0; at < before.length; at += 2) {
            this.#stretches.push(extremesOf(before.slice(at, at + 2).flat()));
        }
        this.#stride *= 2;
    }
}
function extremesOf(points) {
    let low = points[0];
    let high = points[0];
    for (const point of points) {
        if (low && totalBytes(point.bytes) < totalBytes(low.bytes))
            low = point;
        if (high && totalBytes(point.bytes) > totalBytes(high.bytes))
            high = point;
    }
    return points.filter((point) => point === low || point === high);
}
