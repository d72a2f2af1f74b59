import { MemoryTimeline, totalBytes } from '../shared/memory-timeline.ts';
import { textureBytes } from './texture-bytes.ts';
/** A query's result is one 64-bit number. */
const QUERY_BYTES = 8;
/** Marks kept of a run; later ones are not. */
const MOST_MARKS = 64;
/** Whose bytes a resource of this label holds: the word before its colon. */
export function ownerOf(label) {
    const [word] = label.split(':', 1);
    return word === 'weights' || word === 'activations' || word === 'pictures' ? word : 'other';
}
/**
 * Counts every byte that is made on one GPUDevice, whoever makes it: buffers, textures and query sets,
 * by the owner that their label names. What the GPU refuses counts too until it is destroyed, since
 * WebGPU tells of a refusal only later.
 */
export class Ledger {
    #now;
    #live = noBytes();
    #isGone = false;
    #startedAt = 0;
    #peak = 0;
    #peaks = noBytes();
    #largest = nothingMade();
    #timeline = new MemoryTimeline();
    #marks = [];
    /** @param now milliseconds of a clock that never goes back. */
    constructor(now = () => performance.now()) {
        this.#now = now;
        this.startRun();
    }
    /** Bytes that exist now. */
    get liveBytes() {
        return totalBytes(this.#live);
    }
    /** Bytes that exist now, by owner. */
    get live() {
        return { ...this.#live };
    }
    /** Most live bytes since {@link startRun}. */
    get peakBytes() {
        return this.#peak;
    }
    /** Largest single buffer made since {@link startRun}. */
    get largestBufferBytes() {
        return Math.max(...Object.values(this.#largest).map((made) => made?.bytes ?? 0));
    }
    /** Peaks, largest buffers and the timeline since {@link startRun}: plain data. */
    get report() {
        return {
            peakBytes: { ...this.#peaks },
            largest: { ...this.#largest },
            // Lasts until now, however long ago the last change was.
            timeline: [...this.#timeline.points, this.#point()],
            marks: [...this.#marks],
        };
    }
    /** Starts counting peaks, largest buffers and time anew; what is live stays so. */
    startRun() {
        this.#startedAt = this.#now();
        this.#peak = this.liveBytes;
        this.#peaks = this.live;
        this.#largest = nothingMade();
        this.#timeline = new MemoryTimeline();
        this.#marks = [];
        this.#timeline.add(this.#point());
    }
    /** Names what begins now, for those who read the timeline. */
    mark(name) {
        if (this.#marks.length < MOST_MARKS)
            this.#marks.push({ ms: this.#elapsedMs(), name });
    }
    /** Watches what a device makes, each thing's `destroy`, and the end of the device. */
    watch(device) {
        const createBuffer = device.createBuffer.bind(device);
        device.createBuffer = (descriptor) => {
            const buffer = createBuffer(descriptor);
            this.#count(buffer, descriptor.size, descriptor.label);
            return buffer;
        };
        const createTexture = device.createTexture.bind(device);
        device.createTexture = (descriptor) => {
            const texture = createTexture(descriptor);
            this.#count(texture, textureBytes(descriptor), descriptor.label);
            return texture;
        };
        const createQuerySet = device.createQuerySet.bind(device);
        device.createQuerySet = (descriptor) => {
            const queries = createQuerySet(descriptor);
            this.#count(queries, descriptor.count * QUERY_BYTES, descriptor.label);
            return queries;
        };
        const destroy = device.destroy.bind(device);
        device.destroy = () => {
            this.#forgetAll();
            return destroy();
        };
        void device.lost.then(() => this.#forgetAll());
    }
    #count(made, bytes, label = '') {
        // A device that is gone still answers, with things that hold no memory.
        if (this.#isGone)
            return;
        const owner = ownerOf(label);
        this.#change(owner, bytes);
        if (bytes > (this.#largest[owner]?.bytes ?? 0))
            this.#largest[owner] = { bytes, label };
        const destroy = made.destroy.bind(made);
        let isLive = true;
        made.destroy = () => {
            if (isLive && !this.#isGone)
                this.#change(owner, -bytes);
            isLive = false;
            return destroy();
        };
    }
    #change(owner, bytes) {
        this.#live[owner] += bytes;
        this.#peaks[owner] = Math.max(this.#peaks[owner], this.#live[owner]);
        this.#peak = Math.max(this.#peak, this.liveBytes);
        this.#timeline.add(this.#point());
    }
    /** All memory of a device goes with it. */
    #forgetAll() {
        if (this.#isGone)
            return;
        this.#isGone = true;
        Object.assign(this.#live, noBytes());
        this.#timeline.add(this.#point());
    }
    #point() {
        return { ms: this.#elapsedMs(), bytes: this.live };
    }
    #elapsedMs() {
        return this.#now() - this.#startedAt;
    }
}
function noBytes() {
    return { weights: 0, activations: 0, pictures: 0, other: 0 };
}
function nothingMade() {
    return { weights: null, activations: null, pictures: null, other: null };
}
