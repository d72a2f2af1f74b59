import type {
  AttemptRecord,
  JournalEntry,
  MachineRecord,
  MemoryRecord,
  PlanRecord,
} from '../../src/journal/entry.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import type { OwnerBytes } from '../../src/worker/protocol.ts';

/** Owner's bytes, none where nothing is said. */
export function ownerBytes(bytes: Partial<OwnerBytes> = {}): OwnerBytes {
  return { weights: 0, activations: 0, pictures: 0, other: 0, ...bytes };
}

/** A plan as the journal keeps it: size 768 on WebGPU. */
export function drawnPlan(part: Partial<PlanRecord> = {}): PlanRecord {
  return {
    backend: 'webgpu',
    model: 'autochrome-tiny',
    modelName: 'Autochrome tiny',
    variant: 'fp32',
    size: 768,
    modelWidth: 896,
    modelHeight: 672,
    tileRows: 672,
    peakBytes: 430_000_000,
    reason: 'Size 768: right for most photographs, and this GPU has room for it.',
    considered: [
      {
        backend: 'webgpu',
        model: 'autochrome-tiny',
        variant: 'fp32',
        size: 768,
        tileRows: 672,
        peakBytes: 430_000_000,
        refusedBy: null,
      },
    ],
    ...part,
  };
}

/** Memory of a try that held weights throughout, and activations in its middle. */
export function drawnMemory(part: Partial<MemoryRecord> = {}): MemoryRecord {
  return {
    peakBytes: ownerBytes({ weights: 60_000_000, activations: 352_000_000 }),
    largest: {
      weights: { bytes: 9_000_000, label: 'weights:encoder.stages.2' },
      activations: { bytes: 59_000_000, label: 'activations:scores' },
      pictures: null,
      other: null,
    },
    timeline: [
      { ms: 0, bytes: ownerBytes({ weights: 60_000_000 }) },
      { ms: 40, bytes: ownerBytes({ weights: 60_000_000, activations: 352_000_000 }) },
      { ms: 90, bytes: ownerBytes({ weights: 60_000_000 }) },
    ],
    marks: [{ ms: 30, name: 'infer' }],
    ...part,
  };
}

/** A try that succeeded, unless a code says how it failed. */
export function drawnAttempt(
  code: ErrorCode | null = null,
  part: Partial<AttemptRecord> & { message?: string; detail?: Record<string, unknown> } = {},
): AttemptRecord {
  const { message = 'It did not work.', detail = {}, ...rest } = part;
  return {
    plan: drawnPlan(),
    error: code && { code, message, detail },
    budgetBytes: 1_600_000_000,
    largestBufferLimit: 134_217_728,
    ms: { decode: 12, load: 300, infer: 90, upsample: 0, encode: 0 },
    peakGpuBytes: 412_000_000,
    largestGpuBufferBytes: 59_000_000,
    ledger: drawnMemory(),
    ...rest,
  };
}

/** A machine with a GPU of middling size. */
export function drawnMachine(part: Partial<MachineRecord> = {}): MachineRecord {
  return {
    backend: 'webgpu',
    adapter: {
      vendor: 'intel',
      architecture: 'gen-12lp',
      device: '',
      description: '',
      isFallback: false,
      maxBufferSize: 1_073_741_824,
      maxStorageBufferBindingSize: 134_217_728,
    },
    gpuProblem: null,
    budget: {
      bytes: 1_600_000_000,
      because: 'A run may take 1,600 MB: graphics that share the machine’s memory.',
      lines: [{ what: 'graphics that share the machine’s memory', bytes: 1_600_000_000 }],
    },
    deviceMemoryGiB: 8,
    ...part,
  };
}

/** A run that was finished at its first try. */
export function drawnEntry(part: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id: crypto.randomUUID(),
    at: 1_700_000_000_000,
    name: 'grandmother.jpg',
    photograph: { width: 3000, height: 2000 },
    asked: { kind: 'auto', size: 'auto' },
    task: 'colour',
    sampling: null,
    outcome: 'done',
    wallMs: 1400,
    attempts: [drawnAttempt()],
    steps: ['Coloured at 896 × 672 on webgpu, fp32.'],
    machine: drawnMachine(),
    versions: { autochrome: '0.1.0', browser: 'Test' },
    ...part,
  };
}
