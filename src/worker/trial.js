import { watchMemory } from './memory-watch.ts';
/** One try of a run while it goes on: what it takes is measured for its {@link Attempt}. */
export class Trial {
    ms = { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 };
    #profile;
    #tell;
    #plan;
    #gpu = null;
    #stopWatching = () => { };
    /** @param profile of the backend that is tried. */
    constructor(plan, profile, tell) {
        this.#plan = plan;
        this.#profile = profile;
        this.#tell = tell;
    }
    /** The device it runs on; null on wasm, and before it is open. */
    get gpu() {
        return this.#gpu;
    }
    /** The pass that runs, or that ended it. */
    get plan() {
        return this.#plan;
    }
    /** Bytes that it may have live at once. */
    get budgetBytes() {
        return this.#profile.budgetBytes;
    }
    /** A pass of it comes next. */
    prepare(plan) {
        this.#plan = plan;
    }
    /** The pass begins to take memory: from here on, what kills the worker may be its fault. */
    begin() {
        this.#tell({ stage: 'begin', attempt: this.attempt(null) });
    }
    /** Its passes run on this device, whose bytes are counted from now. */
    runsOn(gpu) {
        if (this.#gpu === gpu)
            return;
        this.#gpu = gpu;
        gpu.ledger.startRun();
        this.#stopWatching();
        this.#stopWatching = watchMemory(gpu.ledger, this.#profile.budgetBytes, this.#tell);
    }
    /** It ends; its memory is not told any more. */
    end() {
        this.#stopWatching();
    }
    /** What is known of it now. @param error what ended it; null where nothing went wrong. */
    attempt(error) {
        const ledger = this.#gpu?.ledger;
        return {
            plan: this.#plan,
            error: error && { code: error.code, message: error.message, detail: error.detail },
            budgetBytes: this.#profile.budgetBytes,
            largestBufferLimit: this.#profile.largestBufferBytes,
            ms: { ...this.ms },
            peakGpuBytes: ledger?.peakBytes ?? 0,
            largestGpuBufferBytes: ledger?.largestBufferBytes ?? 0,
            ledger: ledger?.report ?? null,
        };
    }
}
/** A plan as it is told. */
export function reportOf(plan, card) {
    const { backend, model, variant, size, network, tileRows, peakBytes, reason, considered } = plan;
    return {
        backend,
        model,
        modelName: card.name,
        variant,
        size,
        modelWidth: network.width,
        modelHeight: network.height,
        tileRows,
        peakBytes,
        reason,
        considered,
    };
}
