const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Facts about a machine, as the browser tells them. */
export type MachineFacts = {
  adapter: {
    /** A software adapter: correct, and slower than wasm. */
    isFallback: boolean;
    maxBufferSize: number;
    maxStorageBufferBindingSize: number;
    features: readonly string[];
  } | null;
  /** `navigator.deviceMemory` in GiB, or null where the browser keeps it to itself. */
  deviceMemoryGiB: number | null;
};

/** What the planner may count on. */
export type Profile = {
  backend: 'webgpu' | 'wasm';
  /** Bytes that a run may have live at once. */
  budgetBytes: number;
  /** Bytes that one buffer may have: what a shader can bind. */
  largestBufferBytes: number;
  features: readonly string[];
};

/**
 * Budget by the adapter's binding limit. WebGPU tells limits, not free memory; browsers round limits
 * to these steps, and they follow the machine's class: a phone at 128 MiB, integrated graphics at
 * 512 MiB to 1 GiB, desktop cards at 2 and 4 GiB (their last 4 bytes are missing in Chrome).
 */
const BUDGETS: readonly { bindingBytes: number; budgetBytes: number }[] = [
  { bindingBytes: 4 * GIB - 4, budgetBytes: 3 * GIB },
  { bindingBytes: 2 * GIB - 4, budgetBytes: 1.5 * GIB },
  { bindingBytes: 1 * GIB, budgetBytes: 1 * GIB },
  { bindingBytes: 512 * MIB, budgetBytes: 640 * MIB },
  { bindingBytes: 0, budgetBytes: 320 * MIB },
];

/** Of a machine's memory the page may use this part for a run. */
const MEMORY_SHARE = 1 / 4;
/** Where the browser does not tell the machine's memory: enough for 512² in a 32-bit heap. */
const UNKNOWN_WASM_BUDGET = 1 * GIB;

/** What this machine can take on a backend. `device` other than `auto` overrules the choice, not the limits. */
export function profileOf(facts: MachineFacts, device: 'auto' | 'webgpu' | 'wasm'): Profile {
  const { adapter, deviceMemoryGiB } = facts;
  const memory = deviceMemoryGiB === null ? null : deviceMemoryGiB * GIB * MEMORY_SHARE;
  const isWanted = device === 'webgpu' || (device === 'auto' && adapter?.isFallback === false);
  if (!adapter || !isWanted) {
    return {
      backend: 'wasm',
      budgetBytes: Math.min(memory ?? UNKNOWN_WASM_BUDGET, 2 * GIB),
      largestBufferBytes: 2 * GIB,
      features: [],
    };
  }
  const binding = Math.min(adapter.maxStorageBufferBindingSize, adapter.maxBufferSize);
  const step = BUDGETS.find(({ bindingBytes }) => binding >= bindingBytes)!;
  return {
    backend: 'webgpu',
    budgetBytes: Math.min(step.budgetBytes, memory ?? Infinity),
    largestBufferBytes: binding,
    features: adapter.features,
  };
}
