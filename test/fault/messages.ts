import type { PlannedFault } from './kinds.ts';

/** What a worker has done since it was last asked to count anew. */
export type Counts = {
  /** Calls that make, fill, run or await something on a GPU. */
  calls: number;
  submits: number;
  /** Waits for the GPU: `onSubmittedWorkDone`, `mapAsync`. */
  waits: number;
  pipelines: number;
  /** Ends of the network's work while colouring. */
  outputs: number;
  /** Copies of what a network gave, to be read: of each step of a sampler. */
  answers: number;
  /** Buffers mapped to be read. */
  readbacks: number;
  /** Files put into IndexedDB. */
  puts: number;
  /** Shards of weights fetched. */
  fetches: number;
  /** Most bytes in GPU buffers. */
  peakBytes: number;
};

/** A fault as a worker is told of it; `clean` is what a batch without faults counts. */
export type FaultOrder = PlannedFault & { clean: Counts };

/** What the page asks of a faulty worker, beside the engine's own messages. */
export type ToFaultyWorker =
  | { faults: 'arm'; order: FaultOrder }
  | { faults: 'disarm' }
  /** Answered with a {@link Census}, and counting begins anew. */
  | { faults: 'census' };

/** What there is on the GPU, by books of the harness's own. */
export type Census = {
  counts: Counts;
  /** Bytes of buffers that are neither destroyed nor gone with their device. */
  liveBytes: number;
  /** Devices that are neither destroyed nor lost. */
  devices: number;
};

/** What a faulty worker tells. */
export type FromFaultyWorker =
  | { faults: 'struck'; at: string }
  /** The place is reached at which the page itself is to do something. */
  | { faults: 'reached'; at: string }
  | ({ faults: 'census' } & Census);
