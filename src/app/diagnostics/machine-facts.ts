import { megabytes } from '../../shared/megabytes.ts';
import type { Machine } from '../../worker/protocol.ts';
import { en } from '../i18n/en.ts';
import { binaryBytes, pixels } from '../i18n/format.ts';

/** A named fact. */
export type Fact = { label: string; text: string };

/** What this machine is, as facts. */
export function machineFacts(machine: Machine | null): Fact[] {
  if (!machine) return [{ label: 'Engine', text: 'has not answered' }];
  const { adapter, storage } = machine;
  const facts: Fact[] = [
    { label: 'Runs on', text: machine.backend === 'webgpu' ? 'WebGPU' : 'processor (wasm)' },
    { label: 'Adapter', text: adapter ? en.adapterName(adapter) : 'none' },
  ];
  if (adapter) {
    const identity = [adapter.vendor, adapter.architecture, adapter.device].filter(Boolean);
    facts.push(
      { label: 'Adapter identity', text: identity.join(' / ') || 'not told' },
      { label: 'Largest buffer', text: limit(adapter.maxBufferSize) },
      { label: 'Largest binding', text: limit(adapter.maxStorageBufferBindingSize) },
      { label: 'Features', text: adapter.features.join(', ') || 'none' },
    );
  }
  const memory = machine.deviceMemoryGiB;
  facts.push(
    { label: 'Device memory', text: memory === null ? 'not told' : `${memory} GiB or more` },
    { label: 'Threads of wasm', text: String(machine.wasmThreads) },
    {
      label: 'Weights are kept in',
      text: storage.kind === 'indexeddb' ? 'IndexedDB' : 'memory only',
    },
    { label: 'Storage promised', text: storage.isPersisted ? 'yes' : 'no' },
    { label: 'Model', text: machine.modelName ?? 'not known yet' },
    { label: 'Model is here', text: storage.isModelReady ? 'yes' : 'not yet' },
  );
  if (storage.problem) facts.push({ label: 'Storage problem', text: storage.problem });
  return facts;
}

/** As drivers state it, and in the unit of the budgets beside it. */
function limit(bytes: number): string {
  return `${binaryBytes(bytes)} (${megabytes(bytes)})`;
}

/** What this browser and this page are, as facts. */
export function pageFacts(): Fact[] {
  return [
    { label: 'Browser', text: navigator.userAgent },
    { label: 'Cores', text: String(navigator.hardwareConcurrency) },
    { label: 'Isolated', text: crossOriginIsolated ? 'yes' : 'no' },
    { label: 'Screen', text: `${pixels(screen.width, screen.height)} at ${devicePixelRatio}` },
  ];
}
