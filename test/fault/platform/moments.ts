import type { FaultKind } from '../kinds.ts';
import type { Counts, FaultOrder, FromFaultyWorker } from '../messages.ts';

/** What is counted one by one. */
type Clock = Exclude<keyof Counts, 'peakBytes'>;

/** Which count says that a fault's time has come; the others have a place of their own. */
const CLOCKS: Partial<Record<FaultKind, Clock>> = {
  'device-destroyed': 'calls',
  'device-lost': 'calls',
  'adapter-vanished': 'calls',
  'worker-terminated': 'calls',
  'processor-unreachable': 'calls',
  'page-hidden': 'calls',
  cancelled: 'calls',
  'validation-error': 'submits',
  'stalled-run': 'waits',
  'pipeline-failed': 'pipelines',
  'nan-output': 'outputs',
  'flat-output': 'outputs',
  'saturated-output': 'outputs',
  'readback-failed': 'readbacks',
  'storage-quota': 'puts',
  'network-cut': 'fetches',
};

/** One of what is counted, in words. */
const WORDS: Record<Clock, string> = {
  calls: 'call to the GPU',
  submits: 'submission',
  waits: 'wait for the GPU',
  pipelines: 'pipeline',
  outputs: 'output of the network',
  answers: 'answer of the network',
  readbacks: 'buffer read',
  puts: 'file kept',
  fetches: 'shard fetched',
};

/** What a sampler is told is read at each step; colours are drawn where they are. */
function clockOf({ job, kind }: FaultOrder): Clock | undefined {
  const clock = CLOCKS[kind];
  return clock === 'outputs' && job !== 'colouring' ? 'answers' : clock;
}

/** Kinds that the page carries out itself. */
const OF_PAGE: ReadonlySet<FaultKind> = new Set(['page-hidden', 'worker-terminated', 'cancelled']);

let counts = nothingCounted();
let armed: FaultOrder | null = null;

/** The fault that may strike now, or null. */
export function armedFault(): FaultOrder | null {
  return armed;
}

export function arm(order: FaultOrder): void {
  armed = order;
  counts = nothingCounted();
}

export function disarm(): void {
  armed = null;
}

/** What was counted since the last time, and counting begins anew. */
export function takeCounts(): Counts {
  const taken = counts;
  counts = nothingCounted();
  return taken;
}

/** Notes how many bytes are live. */
export function notePeak(bytes: number): void {
  counts.peakBytes = Math.max(counts.peakBytes, bytes);
}

/**
 * Counts one thing that the engine does. Answers the fault that is to strike at it, having told the
 * page; null mostly.
 */
export function passMoment(clock: Clock): FaultOrder | null {
  const passed = counts[clock]++;
  const order = armed;
  if (!order || clockOf(order) !== clock) return null;
  if (passed < Math.floor(order.share * order.clean[clock])) return null;
  const at = `${WORDS[clock]} ${passed + 1} of about ${order.clean[clock]}`;
  return strike(at);
}

/** The armed fault strikes: the page is told before its consequences show. */
export function strike(at: string): FaultOrder | null {
  const order = armed;
  if (!order) return null;
  if (!order.isLasting) armed = null;
  tell({ faults: OF_PAGE.has(order.kind) ? 'reached' : 'struck', at });
  return order;
}

/** Sends a message past the engine's own. */
export function tell(message: FromFaultyWorker): void {
  self.postMessage(message);
}

function nothingCounted(): Counts {
  return {
    calls: 0,
    submits: 0,
    waits: 0,
    pipelines: 0,
    outputs: 0,
    answers: 0,
    readbacks: 0,
    puts: 0,
    fetches: 0,
    peakBytes: 0,
  };
}
