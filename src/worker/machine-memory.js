import * as v from 'valibot';
import { NO_HISTORY, noteFailed, noteReached } from '../planner/history.ts';
import { PRESETS } from '../planner/presets.ts';
import { ERROR_CODES } from '../shared/errors.ts';
/** What is kept is read with this in mind: a clock that was wrong is no reason to plan for ever by it. */
const DAY_MS = 24 * 60 * 60 * 1000;
const bytes = v.pipe(v.number(), v.finite(), v.minValue(0));
const milliseconds = bytes;
/**
 * What an adapter reached and failed at, kept between visits beside the weights. What cannot be read is
 * forgotten; where nothing can be kept it lasts as long as the worker.
 */
export class MachineMemory {
    #store;
    /** Null without an adapter: there is nothing to remember then. */
    #name;
    #history;
    #written = Promise.resolve();
    constructor(store, name, history) {
        this.#store = store;
        this.#name = name;
        this.#history = history;
    }
    /** Recalls what is known of an adapter. Never rejects. */
    static async of(adapter, store) {
        const name = adapter && nameOf(adapter);
        const kept = name === null ? null : readHistory(await store.recall(name));
        return new MachineMemory(store, name, kept ?? NO_HISTORY);
    }
    get history() {
        return this.#history;
    }
    /** Learns from a try that ended on the GPU, well or not; from any other nothing. */
    learn({ plan, error, peakGpuBytes }) {
        if (plan.backend !== 'webgpu')
            return Promise.resolve();
        // A worker that died has told its bytes at the beginning; what was planned for it is nearer.
        const hasDied = error?.code === 'worker/crashed' || peakGpuBytes === 0;
        const peakBytes = hasDied ? Math.max(peakGpuBytes, plan.peakBytes) : peakGpuBytes;
        // What was kept from earlier runs is not what this one needed. It fills the budget, and a budget that
        // grew with it would grow for ever.
        const neededBytes = Math.min(peakBytes, plan.peakBytes);
        return this.#change((history) => error
            ? noteFailed(history, peakBytes, error.code, Date.now())
            : noteReached(history, neededBytes, Date.now()));
    }
    noteTrial(trial) {
        return this.#change((history) => ({ ...history, trial: { ...trial, at: Date.now() } }));
    }
    noteProbe(probe) {
        return this.#change((history) => ({ ...history, probe: { ...probe, at: Date.now() } }));
    }
    /** Known at once, and kept after what another tab may have kept meanwhile. Never rejects. */
    #change(change) {
        this.#history = change(this.#history);
        const name = this.#name;
        if (name === null)
            return Promise.resolve();
        this.#written = this.#written.then(async () => {
            const kept = readHistory(await this.#store.recall(name));
            if (kept)
                this.#history = change(kept);
            await this.#store.remember(name, this.#history);
        });
        return this.#written;
    }
}
function nameOf(adapter) {
    const { vendor, architecture, device, description } = adapter;
    const limits = [adapter.maxBufferSize, adapter.maxStorageBufferBindingSize];
    return `adapter:${[vendor, architecture, device, description, ...limits].join('/')}`;
}
/** What was kept, or null where it is not ours, is damaged, or comes from the future. */
function readHistory(data) {
    const soon = Date.now() + DAY_MS;
    const at = v.pipe(v.number(), v.minValue(0), v.maxValue(soon));
    const schema = v.object({
        reached: v.nullable(v.object({ peakBytes: bytes, at })),
        failed: v.nullable(v.object({ peakBytes: bytes, at, code: v.picklist(ERROR_CODES) })),
        hung: v.nullable(v.object({ at })),
        trial: v.nullable(v.object({ wantedBytes: bytes, gotBytes: bytes, at })),
        probe: v.nullable(v.object({
            firstMs: milliseconds,
            warmMs: milliseconds,
            preset: v.picklist(PRESETS),
            at,
        })),
    });
    const result = v.safeParse(schema, data);
    return result.success ? result.output : null;
}
