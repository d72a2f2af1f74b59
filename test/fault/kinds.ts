/** Everything that is made to go wrong. */
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

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Kinds that strike while the model is being fetched, so that none of it may be here before. */
export const STRIKES_DOWNLOAD: ReadonlySet<FaultKind> = new Set(['storage-quota', 'network-cut']);

/** What one run does: which fault, where, and on how many photographs. Follows from the seed alone. */
export type PlannedFault = {
  kind: FaultKind;
  /** Where it strikes, 0–1 of what a batch without faults does (or of the bytes that it takes). */
  share: number;
  /** What else there is to choose for a kind, 0–1. */
  draw: number;
  /** Whether it strikes again at every later chance in the same run, in later workers too. */
  isLasting: boolean;
  /** Photographs in the batch. */
  photographs: number;
};

/** One run's line of the report. */
export type FaultEntry = {
  fault: FaultKind;
  /** Where it struck, in words. */
  at: string;
  /** What the engine said of its steps. */
  steps: string[];
  /** Every photograph came out with plausible colours, without a reload of the page. */
  recovered: boolean;
  /** From the fault to the end of the step that it struck. */
  recoveryMs: number;
  /** Photographs in the batch. */
  photographs: number;
  /** Photographs without plausible colours. */
  lost: number;
  /** GPU bytes live after everything was given back, above those before the run. */
  leakedBytes: number;
};
