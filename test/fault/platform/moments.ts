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
  'page-hidden': 'calls',
  'validation-error': 'submits',
  'stalled-run': 'waits',
  'pipeline-failed': 'pipelines',
  'nan-output': 'outputs',
  'flat-output': 'outputs',
  'saturated-output': 'outputs',
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
  puts: 'file kept',
  fetches: 'shard fetched',
};

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
  if (!order || CLOCKS[order.kind] !== clock) return null;
  if (passed < Math.floor(order.share * order.clean[clock])) return null;
  const at = `${WORDS[clock]} ${passed + 1} of about ${order.clean[clock]}`;
  return strike(at);
}

/** The armed fault strikes: the page is told before its consequences show. */
export function strike(at: string): FaultOrder | null {
  const order = armed;
  if (!order) return null;
  if (!order.isLasting) armed = null;
  const isOfPage = order.kind === 'page-hidden' || order.kind === 'worker-terminated';
  tell({ faults: isOfPage ? 'reached' : 'struck', at });
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
    puts: 0,
    fetches: 0,
    peakBytes: 0,
  };
}
