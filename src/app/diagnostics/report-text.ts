import type { Machine, RunReport } from '../../worker/protocol.ts';
import { en } from '../i18n/en.ts';
import { binaryBytes, duration, pixels } from '../i18n/format.ts';
import type { JournalEntry } from './journal.svelte.ts';

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
      { label: 'Largest buffer', text: binaryBytes(adapter.maxBufferSize) },
      { label: 'Largest binding', text: binaryBytes(adapter.maxStorageBufferBindingSize) },
      { label: 'Features', text: adapter.features.join(', ') || 'none' },
    );
  }
  const memory = machine.deviceMemoryGiB;
  facts.push(
    { label: 'Device memory', text: memory === null ? 'not told' : `${memory} GiB or more` },
    { label: 'Threads of wasm', text: String(machine.wasmThreads) },
    { label: 'Runtime build', text: `onnxruntime-web, ${machine.runtimeBuild}` },
    {
      label: 'Weights are kept in',
      text: storage.kind === 'indexeddb' ? 'IndexedDB' : 'memory only',
    },
    { label: 'Storage promised', text: storage.isPersisted ? 'yes' : 'no' },
    { label: 'Model is here', text: storage.isModelReady ? 'yes' : 'not yet' },
  );
  if (storage.problem) facts.push({ label: 'Storage problem', text: storage.problem });
  return facts;
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

/** One run in one line: what was asked, what was done, how long. */
export function runSummary(entry: JournalEntry): string {
  if (!entry.report) return entry.failure ?? 'no report';
  const { plan, peakGpuBytes } = entry.report;
  const peak = peakGpuBytes > 0 ? ` · peak ${binaryBytes(peakGpuBytes)}` : '';
  const planned = ` · planned ${binaryBytes(plan.peakBytes)}`;
  return [
    plan.backend,
    plan.modelName,
    pixels(plan.modelWidth, plan.modelHeight),
    plan.variant,
    duration(entry.wallMs) + peak + planned,
  ].join(' · ');
}

/** All of it as plain text, to be pasted into a report. */
export function diagnosticsText(
  machine: Machine | null,
  entries: readonly JournalEntry[],
  runs: number,
): string {
  const facts = [...machineFacts(machine), ...pageFacts()];
  return [
    `${en.name} diagnostics, ${new Date().toISOString()}`,
    ...facts.map(({ label, text }) => `${label}: ${text}`),
    `Runs: ${runs}`,
    ...entries.flatMap((entry) => ['', ...entryLines(entry)]),
  ].join('\n');
}

function entryLines(entry: JournalEntry): string[] {
  const asked = entry.settings
    ? `asked: ${entry.settings.kind}, size ${entry.settings.size}`
    : 'outside a run';
  const head = `${new Date(entry.at).toISOString()} ${entry.name} (${asked})`;
  return [head, `  ${runSummary(entry)}`, ...(entry.report ? reportLines(entry.report) : [])];
}

function reportLines({ plan, steps, ms }: RunReport): string[] {
  const times = Object.entries(ms).map(([stage, time]) => `${stage} ${Math.round(time)} ms`);
  return [
    `  why: ${plan.reason}`,
    ...plan.considered.map(
      ({ size, variant, peakBytes, refusedBy }) =>
        `  considered: ${size} ${variant} ${binaryBytes(peakBytes)}: ${refusedBy ?? en.chosen}`,
    ),
    ...steps.map((step) => `  step: ${step}`),
    `  times: ${times.join(', ')}`,
  ];
}
