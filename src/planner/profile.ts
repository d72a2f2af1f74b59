import { adapterKind, type MobileSystem } from './adapter-kind.ts';
import { gpuBudget, wasmBudget, type Budget } from './budget.ts';
import { isRecent, type AdapterHistory } from './history.ts';
import { USUAL_PRESET, type Preset } from './presets.ts';

const GIB = 2 ** 30;

/** Facts about a machine, as the browser tells them and as earlier runs have found them. */
export type MachineFacts = {
  adapter: {
    /** As `GPUAdapterInfo` spells them; empty where the browser keeps them to itself. */
    vendor: string;
    architecture: string;
    /** A software adapter: correct, and slower than wasm. */
    isFallback: boolean;
    maxBufferSize: number;
    maxStorageBufferBindingSize: number;
    features: readonly string[];
  } | null;
  /** `navigator.deviceMemory` in GiB, or null where the browser keeps it to itself. */
  deviceMemoryGiB: number | null;
  mobile: MobileSystem;
  /** Whether a run in half precision with a known answer was right on this GPU. */
  isHalfProven: boolean;
  /** What this adapter reached or failed at before. */
  history: AdapterHistory;
  /** Milliseconds since 1970; failures count less with time. */
  now: number;
};

/** What the planner may count on. */
export type Profile = Budget & {
  backend: 'webgpu' | 'wasm';
  /** Bytes that one buffer may have: what a shader can bind. */
  largestBufferBytes: number;
  features: readonly string[];
  isHalfProven: boolean;
  /** Small and phone GPUs, and what stalled lately: work goes to them in shorter submissions. */
  isSlow: boolean;
  /** Moves the wished size; chosen by the caller, or from a measurement. */
  preset: Preset;
  /** The processor of the same machine, for when the GPU fails; null where this is it. */
  fallback: Profile | null;
};

/** A warm run at 256² that takes longer than this marks a GPU that other programs would feel. */
const SLOW_PROBE_MS = 250;

/**
 * What this machine can take on a backend.
 * @param device other than `auto` overrules the choice, not the limits.
 * @param preset where it was chosen; else the one that a measurement found.
 */
export function profileOf(
  facts: MachineFacts,
  device: 'auto' | 'webgpu' | 'wasm',
  preset: Preset = facts.history.probe?.preset ?? USUAL_PRESET,
): Profile {
  const { adapter } = facts;
  const processor: Profile = {
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
  if (!adapter || !isWanted) return processor;
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
function isSlow(
  { history, mobile, now }: MachineFacts,
  adapter: { vendor: string; architecture: string },
) {
  const { hung, probe } = history;
  if (hung && isRecent(hung, now)) return true;
  if (probe) return probe.warmMs > SLOW_PROBE_MS;
  return mobile !== null || adapterKind(adapter) !== null;
}
