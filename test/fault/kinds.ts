/** Everything that is made to go wrong while photographs are coloured. */
export const FAULT_KINDS = [
  'out-of-memory',
  'device-destroyed',
  'device-lost',
  'adapter-vanished',
  'validation-error',
  'pipeline-failed',
  'nan-output',
  'flat-output',
  'saturated-output',
  'stalled-run',
  'worker-terminated',
  'storage-quota',
  'shard-corrupted',
  'network-cut',
  'page-hidden',
] as const;

/** Everything that is made to go wrong in repairs and in other colours: the same, in the middle of sampling, and more. */
export const SAMPLING_KINDS = [
  ...FAULT_KINDS,
  'readback-failed',
  'processor-unreachable',
  'cancelled',
] as const;

/** One of {@link SAMPLING_KINDS}. */
export type FaultKind = (typeof SAMPLING_KINDS)[number];

/** What the engine does while it is struck. */
export const FAULT_JOBS = ['colouring', 'repair', 'recolour'] as const;

/** One of {@link FAULT_JOBS}. */
export type FaultJob = (typeof FAULT_JOBS)[number];

/** A fault, and what it strikes. */
export type JobFault = { job: FaultJob; kind: FaultKind };

/** Kinds that strike while the model is being fetched, so that none of it may be here before. */
export const STRIKES_DOWNLOAD: ReadonlySet<FaultKind> = new Set(['storage-quota', 'network-cut']);

/** Kinds whose chance is over when the first step is taken: they are armed before the job. */
export const STRIKES_BEFORE: ReadonlySet<FaultKind> = new Set([
  ...STRIKES_DOWNLOAD,
  'shard-corrupted',
  'pipeline-failed',
]);

/**
 * What a name means: `KIND` while colouring, `JOB/KIND`, or `JOB` for all of its kinds.
 * @throws {Error} where it means nothing.
 */
export function faultsNamed(name: string): JobFault[] {
  const whole = FAULT_JOBS.find((job) => job === name);
  if (whole) return kindsOf(whole).map((kind) => ({ job: whole, kind }));
  const [first, second] = name.includes('/') ? name.split('/') : ['colouring', name];
  const job = FAULT_JOBS.find((each) => each === first);
  const kind = job && kindsOf(job).find((each) => each === second);
  if (kind) return [{ job, kind }];
  const known = `${FAULT_JOBS.join(', ')}; ${SAMPLING_KINDS.join(', ')}`;
  throw new Error(`No fault is called ${name}. Jobs and kinds: ${known}.`);
}

function kindsOf(job: FaultJob): readonly FaultKind[] {
  return job === 'colouring' ? FAULT_KINDS : SAMPLING_KINDS;
}

/** What one run does: which fault, where, and on how many photographs. Follows from the seed alone. */
export type PlannedFault = JobFault & {
  /** Where it strikes, 0–1 of what a batch without faults does (or of the bytes that it takes). */
  share: number;
  /** After which tile or step of a sampler it may strike, 0–1 of all. */
  moment: number;
  /** What else there is to choose for a kind, 0–1. */
  draw: number;
  /** Whether it strikes again at every later chance in the same run, in later workers too. */
  isLasting: boolean;
  /** Photographs in the batch. */
  photographs: number;
};

/** One run's line of the report. */
export type FaultEntry = {
  /** `JOB/KIND`, or the kind alone while colouring. */
  fault: string;
  /** Where it struck, in words. */
  at: string;
  /** What the engine said of its steps. */
  steps: string[];
  /** Every photograph came out with plausible colours, or its job ended as it may; without a reload of the page. */
  recovered: boolean;
  /** How it ended: `done`, how many steps down it took, or the error's code. */
  ended: string;
  /** From the fault to the end of the step that it struck. */
  recoveryMs: number;
  /** Photographs in the batch. */
  photographs: number;
  /** Photographs without plausible colours. */
  lost: number;
  /** GPU bytes live after everything was given back, above those before the run. */
  leakedBytes: number;
};
