import { adapterKind } from './adapter-kind.ts';
import { gpuBudget, wasmBudget } from './budget.ts';
import { isRecent } from './history.ts';
import { USUAL_PRESET } from './presets.ts';
const GIB = 2 ** 30;
/** A warm run at 256² that takes longer than this marks a GPU that other programs would feel. */
const SLOW_PROBE_MS = 250;
/**
 * What this machine can take on a backend.
 * @param device other than `auto` overrules the choice, not the limits.
 * @param preset where it was chosen; else the one that a measurement found.
 */
export function profileOf(facts, device, preset = facts.history.probe?.preset ?? USUAL_PRESET) {
    const { adapter } = facts;
    const processor = {
        ...wasmBudget(facts, preset),
        backend: 'wasm',
        largestBufferBytes: 2 * GIB,
        features: [],
        isHalfProven: false,
        isSlow: false,
        preset,
        fallback: null,
    };
    const isWanted = device === 'webgpu' || (device === 'auto' && adapter?.isFallback === false);
    if (!adapter || !isWanted)
        return processor;
    return {
        ...gpuBudget(facts, adapter, preset),
        backend: 'webgpu',
        largestBufferBytes: Math.min(adapter.maxStorageBufferBindingSize, adapter.maxBufferSize),
        features: adapter.features,
        isHalfProven: facts.isHalfProven,
        isSlow: isSlow(facts, adapter),
        preset,
        fallback: processor,
    };
}
/** What was measured tells more than the maker's name. */
function isSlow({ history, mobile, now }, adapter) {
    const { hung, probe } = history;
    if (hung && isRecent(hung, now))
        return true;
    if (probe)
        return probe.warmMs > SLOW_PROBE_MS;
    return mobile !== null || adapterKind(adapter) !== null;
}
