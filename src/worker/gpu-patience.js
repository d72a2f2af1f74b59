import { AppError } from '../shared/errors.ts';
/**
 * Far beyond what slow machines need: who is stopped wrongly loses more than who waits. Drivers end what hangs
 * after two to ten seconds by themselves, so this is for what they overlook; some take a minute to compile.
 */
export const GPU_LIMITS = {
    tickMs: 1000,
    loadMs: 120_000,
    inferMs: 60_000,
    paintMs: 20_000,
};
/** A software adapter computes on the processor: hundreds of times slower, and never hung. */
const SOFTWARE_FACTOR = 60;
/** The size that {@link GpuLimits.inferMs} is for. */
const REFERENCE_SIZE = 512;
/** Known work may take this many times what it took before, when the machine was free… */
const SLACK = 20;
/** …and never less than this part of its limit. */
const LEAST_SHARE = 1 / 4;
/** A network at 1024², the largest that is offered. */
const BEHIND_A_PASS = 4;
/** How long this machine's GPU is waited for, learning from what it took before. */
export class GpuPatience {
    #limits;
    /** Milliseconds a pixel of the slowest run so far that ended well; null before the first. */
    #msPerPixel = null;
    #passes = 0;
    constructor(limits = GPU_LIMITS) {
        this.#limits = limits;
    }
    get tickMs() {
        return this.#limits.tickMs;
    }
    /** Until the device is open and the network stands. */
    loadMs(isSoftware) {
        return this.#limits.loadMs * factor(isSoftware);
    }
    /** Until one stripe is painted, or one field fitted; behind a network that runs it has to wait. */
    paintMs(isSoftware) {
        const { paintMs, inferMs } = this.#limits;
        const behind = this.isPassing ? BEHIND_A_PASS * inferMs : 0;
        return (paintMs + behind) * factor(isSoftware);
    }
    /** Whether a network runs on the GPU, or is about to. */
    get isPassing() {
        return this.#passes > 0;
    }
    /** A network runs on the GPU, until the answer is called. */
    beginPass() {
        this.#passes++;
        return () => void this.#passes--;
    }
    /** Until the colours of a plan are there. wasm has no limit here: it cannot be watched from its own thread. */
    inferMs(work, isSoftware) {
        if (work.backend === 'wasm')
            return Infinity;
        const pixels = work.modelWidth * work.modelHeight;
        const unknown = this.#limits.inferMs * factor(isSoftware) * Math.max(1, pixels / REFERENCE_SIZE ** 2);
        if (this.#msPerPixel === null)
            return unknown;
        const known = SLACK * this.#msPerPixel * pixels;
        return Math.min(unknown, Math.max(known, unknown * LEAST_SHARE));
    }
    /** Remembers what a run took that ended well. */
    learn(work, inferMs) {
        if (work.backend === 'wasm')
            return;
        const msPerPixel = inferMs / (work.modelWidth * work.modelHeight);
        this.#msPerPixel = Math.max(this.#msPerPixel ?? 0, msPerPixel);
    }
}
/** What work that passed its limit ends with. */
export function gpuStalled(limitMs) {
    return new AppError('gpu/stalled', 'The GPU stopped answering.', { detail: { limitMs } });
}
function factor(isSoftware) {
    return isSoftware ? SOFTWARE_FACTOR : 1;
}
