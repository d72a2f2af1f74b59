import * as v from 'valibot';
import { ERROR_CODES } from '../shared/errors.ts';

const amount = v.pipe(v.number(), v.minValue(0));
const backend = v.picklist(['webgpu', 'wasm']);

const ownerBytes = v.object({
  weights: amount,
  activations: amount,
  pictures: amount,
  other: amount,
});
const largest = v.nullable(v.object({ bytes: amount, label: v.string() }));

const memory = v.object({
  peakBytes: ownerBytes,
  largest: v.object({
    weights: largest,
    activations: largest,
    pictures: largest,
    other: largest,
  }),
  timeline: v.array(v.object({ ms: amount, bytes: ownerBytes })),
  marks: v.array(v.object({ ms: amount, name: v.string() })),
});

const plan = v.object({
  backend,
  model: v.string(),
  modelName: v.string(),
  variant: v.string(),
  size: amount,
  modelWidth: amount,
  modelHeight: amount,
  tileRows: amount,
  peakBytes: amount,
  reason: v.string(),
  considered: v.array(
    v.object({
      backend,
      model: v.string(),
      variant: v.string(),
      size: amount,
      tileRows: amount,
      peakBytes: amount,
      refusedBy: v.nullable(v.string()),
    }),
  ),
});

const stageTimes = v.object({
  decode: amount,
  load: amount,
  infer: amount,
  upsample: amount,
  encode: amount,
});

const attempt = v.object({
  /** Null where it failed before anything was planned. */
  plan: v.nullable(plan),
  error: v.nullable(
    v.object({
      code: v.picklist(ERROR_CODES),
      message: v.string(),
      detail: v.record(v.string(), v.unknown()),
    }),
  ),
  budgetBytes: amount,
  largestBufferLimit: amount,
  ms: stageTimes,
  peakGpuBytes: amount,
  largestGpuBufferBytes: amount,
  /** Null on wasm, and where nothing was told. */
  ledger: v.nullable(memory),
});

const machine = v.object({
  backend,
  adapter: v.nullable(
    v.object({
      vendor: v.string(),
      architecture: v.string(),
      device: v.string(),
      description: v.string(),
      isFallback: v.boolean(),
      maxBufferSize: amount,
      maxStorageBufferBindingSize: amount,
    }),
  ),
  gpuProblem: v.nullable(v.string()),
  budget: v.object({
    bytes: amount,
    because: v.string(),
    lines: v.array(v.object({ what: v.string(), bytes: amount })),
  }),
  deviceMemoryGiB: v.nullable(amount),
});

/** What a run of a sampler or over tiles did; null where that is not known, or not of its kind. */
const sampling = v.object({
  /** Tiles of each step, and times that the sampler ran over a copy of the photograph. */
  tiles: v.nullable(amount),
  passes: v.nullable(amount),
  steps: v.nullable(amount),
  /** Colourings that were asked for, and that were done. */
  wanted: v.nullable(amount),
  drawn: v.nullable(amount),
});

/** What is kept of one run. A picture's content never is; its name only where the visitor asked for it. */
export const entrySchema = v.object({
  id: v.string(),
  /** When it ended, in milliseconds since 1970. */
  at: amount,
  name: v.nullable(v.string()),
  /** In pixels, upright; null where it could not be read. */
  photograph: v.nullable(v.object({ width: amount, height: amount })),
  asked: v.object({ kind: v.string(), size: v.union([v.literal('auto'), amount]) }),
  /** What was done to it; runs of earlier versions only coloured. */
  task: v.optional(v.picklist(['colour', 'find', 'repair', 'recolour']), 'colour'),
  /** Null for runs that colour. */
  sampling: v.optional(v.nullable(sampling), null),
  outcome: v.picklist(['done', 'failed', 'cancelled']),
  wallMs: amount,
  /** Every try in order, one that was cancelled too. */
  attempts: v.array(attempt),
  /** Plain words for each step, as they were told. */
  steps: v.array(v.string()),
  machine: v.nullable(machine),
  versions: v.object({ autochrome: v.string(), browser: v.string() }),
});

/** One run. */
export type JournalEntry = v.InferOutput<typeof entrySchema>;
/** What a run did to its photograph. */
export type RunTask = JournalEntry['task'];
/** What a run of a sampler or over tiles did. */
export type SamplingRecord = v.InferOutput<typeof sampling>;
/** One try of a run, as the journal keeps it. */
export type AttemptRecord = v.InferOutput<typeof attempt>;
/** What a plan was, as the journal keeps it. */
export type PlanRecord = v.InferOutput<typeof plan>;
/** GPU memory over one try, as the journal keeps it. */
export type MemoryRecord = v.InferOutput<typeof memory>;
/** The machine at the time of a run. */
export type MachineRecord = v.InferOutput<typeof machine>;
