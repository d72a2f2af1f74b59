import { megabytes } from '../shared/megabytes.ts';
import { adapterKind } from './adapter-kind.ts';
import { allowedAfter, LEAST_ALLOWED, NO_HISTORY } from './history.ts';
import { PRESET_TABLE, USUAL_PRESET } from './presets.ts';
const MIB = 2 ** 20;
const GIB = 2 ** 30;
/**
 * Budget by the adapter's binding limit. WebGPU tells limits, not free memory; browsers round limits
 * to these steps, and they follow the machine's class: a phone at 128 MiB, integrated graphics at
 * 512 MiB to 1 GiB, desktop cards at 2 and 4 GiB (their last 4 bytes are missing in Chrome).
 */
const LIMIT_CLASSES = [
    { bindingBytes: 4 * GIB - 4, budgetBytes: 3 * GIB },
    { bindingBytes: 2 * GIB - 4, budgetBytes: 1.5 * GIB },
    { bindingBytes: 1 * GIB, budgetBytes: 1 * GIB },
    { bindingBytes: 512 * MIB, budgetBytes: 640 * MIB },
    { bindingBytes: 0, budgetBytes: 320 * MIB },
];
/** What a maker's name says where the limits promise more: some drivers report what no buffer can get. */
const KIND_CEILINGS = {
    integrated: { what: 'graphics that share the machine’s memory', bytes: GIB },
    phone: { what: 'a GPU made for phones', bytes: 640 * MIB },
};
/**
 * iOS ends a page near 1.5 GB, whatever the limits say, counting the GPU's buffers, the decoded
 * photographs (256 MB are kept) and the JavaScript heap together; 640 MiB leaves more than half of it.
 * Android ends the largest page when the phone is short; where it tells its memory that is weighed too.
 */
const MOBILE_CEILINGS = {
    ios: { what: 'what a page can have on an iPhone or iPad without being ended', bytes: 640 * MIB },
    android: { what: 'what a page can have on Android without being ended', bytes: 768 * MIB },
};
/** Of a machine's memory the page may use this part for a run. */
const MEMORY_SHARE = 1 / 4;
/** wasm addresses 4 GiB, and a heap near that fails to grow. */
const WASM_CEILING = 2 * GIB;
/** Where the browser does not tell the machine's memory: enough for 512² in a 32-bit heap. */
const UNKNOWN_WASM_BUDGET = 1 * GIB;
/** What has worked is known to fit; a run may try this much more. */
const GROWTH = 1.25;
/** Of bytes that a trial could get: the rest belongs to the page's canvases and to other programs. */
const TRIAL_SHARE = 0.75;
/** Weighs one fact after another; the last that moved the budget is the reason for it. */
class Scales {
    lines = [];
    #bytes = Infinity;
    #reason = '';
    /** No more than this. */
    lower(line) {
        this.#weigh(line, line.bytes < this.#bytes);
    }
    /** At least this. */
    raise(line) {
        this.#weigh(line, line.bytes > this.#bytes);
    }
    get budget() {
        return {
            budgetBytes: this.#bytes,
            budgetBecause: `A run may take ${megabytes(this.#bytes)}: ${this.#reason}.`,
            budgetLines: this.lines,
        };
    }
    #weigh(line, isDecisive) {
        this.lines.push(line);
        if (!isDecisive)
            return;
        this.#bytes = line.bytes;
        this.#reason = line.what;
    }
}
/**
 * What a run may take on the GPU. Limits, maker and the machine's memory suggest a figure; what this
 * adapter reached raises it, what a trial got or a run failed at moves it further, and a phone's
 * ceiling ends it.
 */
export function gpuBudget(facts, adapter, preset) {
    const { deviceMemoryGiB, mobile, history, now } = facts;
    const { share } = PRESET_TABLE[preset];
    const scales = new Scales();
    const binding = Math.min(adapter.maxStorageBufferBindingSize, adapter.maxBufferSize);
    const { budgetBytes } = LIMIT_CLASSES.find(({ bindingBytes }) => binding >= bindingBytes);
    scales.lower({
        what: `what GPUs with bindings of ${megabytes(binding)} usually have${presetWords(preset)}`,
        bytes: budgetBytes * Math.min(1, share),
    });
    const kind = adapterKind(adapter);
    if (kind)
        scales.lower(KIND_CEILINGS[kind]);
    if (deviceMemoryGiB !== null)
        scales.lower(memoryLine(deviceMemoryGiB, preset));
    const { reached, failed, trial } = history;
    // Where nothing else tells: browsers without deviceMemory, before the first run has.
    if (trial && deviceMemoryGiB === null && !reached) {
        const line = {
            what: `of ${megabytes(trial.wantedBytes)} asked for, this GPU gave ${megabytes(trial.gotBytes)}`,
            bytes: Math.max(LEAST_ALLOWED, Math.round(trial.gotBytes * TRIAL_SHARE * Math.min(1, share))),
        };
        if (trial.gotBytes < trial.wantedBytes)
            scales.lower(line);
        else
            scales.raise(line);
    }
    if (reached && preset !== 'low') {
        scales.raise({
            what: `${megabytes(reached.peakBytes)} have worked on this GPU, and a quarter more may`,
            bytes: Math.round(reached.peakBytes * GROWTH),
        });
    }
    if (failed) {
        const allowed = allowedAfter(failed, now);
        // What has worked since then is known to fit.
        const since = reached && reached.at > failed.at ? reached.peakBytes : 0;
        scales.lower({
            what: `${megabytes(failed.peakBytes)} failed on this GPU (${failed.code}) ${age(now - failed.at)}`,
            bytes: Math.max(allowed, since),
        });
    }
    if (mobile)
        scales.lower(MOBILE_CEILINGS[mobile]);
    return scales.budget;
}
/** What a run may take in the heap of wasm. */
export function wasmBudget({ deviceMemoryGiB, mobile }, preset) {
    const scales = new Scales();
    const { share } = PRESET_TABLE[preset];
    scales.lower({ what: 'what the memory of wasm can hold', bytes: WASM_CEILING });
    if (deviceMemoryGiB === null) {
        scales.lower({
            what: `this browser does not tell the machine’s memory${presetWords(preset)}`,
            bytes: UNKNOWN_WASM_BUDGET * Math.min(1, share),
        });
    }
    else {
        scales.lower(memoryLine(deviceMemoryGiB, preset));
    }
    if (mobile)
        scales.lower(MOBILE_CEILINGS[mobile]);
    return scales.budget;
}
/**
 * Whether only a trial can tell what this GPU gives. On phones it is not worth its risk: they end the
 * page that asks for too much, and the ceiling there is low already.
 */
export function needsTrial({ adapter, deviceMemoryGiB, mobile, history }) {
    const { reached, failed, trial } = history;
    const tells = deviceMemoryGiB !== null || reached !== null || failed !== null || trial !== null;
    return adapter?.isFallback === false && mobile === null && !tells;
}
/** Bytes worth asking for in a trial: no more than a run could ever be given here. */
export function trialBytes(facts) {
    const { adapter } = facts;
    if (!adapter)
        return 0;
    const unknown = { ...facts, deviceMemoryGiB: null, history: NO_HISTORY };
    return gpuBudget(unknown, adapter, USUAL_PRESET).budgetBytes;
}
function memoryLine(deviceMemoryGiB, preset) {
    const share = MEMORY_SHARE * PRESET_TABLE[preset].share;
    return {
        what: `${Math.round(share * 1000) / 10} % of this machine’s ${deviceMemoryGiB} GiB of memory`,
        bytes: deviceMemoryGiB * GIB * share,
    };
}
function presetWords(preset) {
    return PRESET_TABLE[preset].share < 1 ? `, less for the preset ${preset}` : '';
}
function age(ms) {
    const days = Math.floor(ms / (24 * 60 * 60 * 1000));
    if (days < 1)
        return 'today';
    return days === 1 ? 'a day ago' : `${days} days ago`;
}
