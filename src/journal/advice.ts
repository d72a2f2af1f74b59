import type { ErrorCode } from '../shared/errors.ts';
import { megabytes } from '../shared/megabytes.ts';
import type { AttemptRecord, MachineRecord } from './entry.ts';

/** One failed try, what came after it, and on what machine. */
type Case = {
  attempt: AttemptRecord;
  message: string;
  /** The size that was not reached, where a smaller one took its place. */
  missedSize: number | null;
  /** The try that came next; null where this was the last. */
  next: AttemptRecord | null;
  machine: MachineRecord | null;
};

/** Parts of one sentence: what happened, and what can be done (null where nothing need be). */
type Words = { happened: string; todo: string | null };

/**
 * What is to be said of each try in a run, in their order: what happened, what was done instead, and
 * what can be done; null for a try that succeeded or was cancelled.
 * @param machine null where the engine never answered.
 */
export function adviceFor(
  attempts: readonly AttemptRecord[],
  machine: MachineRecord | null,
): (string | null)[] {
  return attempts.map((attempt, at) => {
    const { error } = attempt;
    const next = attempts[at + 1] ?? null;
    const missedSize = sizeMissed(attempt, attempts.at(-1)!);
    const message = error?.message.replace(/\.$/, '') ?? '';
    const words = error && WORDS[error.code]({ attempt, message, missedSize, next, machine });
    if (!words) return null;
    const parts = [words.happened, insteadOf(attempt, next), words.todo];
    return `${parts.filter((part) => part !== null).join('; ')}.`;
  });
}

/** Whether advice on a failure tells a visitor more than its usual words do: figures of this very case. */
export function tellsMore(code: ErrorCode): boolean {
  return MORE_TOLD.has(code);
}

const MORE_TOLD: ReadonlySet<ErrorCode> = new Set([
  'gpu/out-of-memory',
  'gpu/limit',
  'gpu/device-lost',
  'gpu/stalled',
  'gpu/unavailable',
  'memory/exhausted',
  'worker/crashed',
]);

const WORDS: Record<ErrorCode, (of: Case) => Words | null> = {
  'gpu/out-of-memory': (of) => ({
    happened: `This GPU refused ${askedFor(of)}`,
    todo: toGain(of, 'close other tabs and programs that use the GPU'),
  }),
  'gpu/limit': (of) => ({
    happened: overLimit(of),
    todo: 'the limit is the driver’s, so that closing tabs does not help; a newer browser or driver may raise it',
  }),
  'gpu/device-lost': (of) => ({
    happened: `The GPU was taken away while ${inUse(of)}`,
    todo: toGain(of, 'close other tabs and update the GPU’s driver'),
  }),
  'gpu/failed': (of) => ({
    happened: `The GPU’s driver could not carry out a step${saying(of)}`,
    todo: 'a newer browser or driver may be able to; copy this page into a report',
  }),
  'gpu/stalled': (of) => ({
    happened: `The GPU stopped answering while ${inUse(of)}`,
    todo: toGain(of, 'close what else uses the GPU'),
  }),
  'gpu/unavailable': ({ machine }) => ({
    happened: 'The browser gave this page no GPU',
    todo: machine?.adapter?.isFallback
      ? 'it draws by software here: turn on hardware acceleration in its settings'
      : 'a newer browser, or hardware acceleration turned on in its settings, may give one',
  }),
  'memory/exhausted': (of) => ({
    happened: `This machine had no room for ${needs(of)}`,
    todo: toGain(of, 'close other tabs and programs'),
  }),
  'output/implausible': (of) => ({
    happened: `What came out${atVariant(of)} was no picture, so it was thrown away`,
    todo: 'the driver computes wrongly there; a newer one may not',
  }),
  'output/failed': ({ message }) => ({ happened: message, todo: 'try the other format' }),
  'output/unmarked': ({ message }) => ({
    happened: message,
    todo: 'let the mark be where it is',
  }),
  'worker/crashed': (of) => ({
    happened: `The engine ended without a word while ${inUse(of)}`,
    todo: `most often the machine was short of memory; ${toGain(of, 'close other tabs')}`,
  }),
  'worker/blocked': ({ message }) => ({
    happened: message,
    todo: 'check the connection; if there is one, an extension or this site’s rules forbid it',
  }),
  'worker/unreachable': ({ message }) => ({
    happened: message,
    todo: 'whoever runs the page can look at where it takes the engine from',
  }),
  'wasm/blocked': ({ message }) => ({
    happened: message,
    todo: 'a browser with WebGPU needs none; else whoever runs the site can allow it',
  }),
  'input/unsupported-format': ({ message }) => ({
    happened: message,
    todo: 'if it is a photograph, save it as JPEG or PNG in another program',
  }),
  'input/corrupt': ({ message }) => ({
    happened: message,
    todo: 'copy the file again from where it came from',
  }),
  'input/too-large': ({ message }) => ({
    happened: message,
    todo: 'save a smaller copy and open that',
  }),
  'input/not-found': ({ message }) => ({
    happened: message,
    todo: 'look at the address of the photograph',
  }),
  'model/not-found': ({ message }) => ({
    happened: message,
    todo: 'load the page again; if that does not help, the site lacks the model’s files',
  }),
  'model/integrity': ({ message }) => ({
    happened: message,
    todo: 'try again: only the damaged part is fetched once more',
  }),
  'model/corrupt': ({ message }) => ({
    happened: message,
    todo: 'copy or download the model’s file again',
  }),
  'model/incompatible': ({ message }) => ({
    happened: message,
    todo: 'load the page again to get its newest version',
  }),
  'net/offline': ({ message }) => ({
    happened: message,
    todo: 'connect once to fetch the model; it is then kept',
  }),
  'net/http': ({ message }) => ({ happened: message, todo: 'try again in a moment' }),
  'net/interrupted': ({ message }) => ({
    happened: message,
    todo: 'try again: it goes on where it stopped',
  }),
  'net/no-cors': ({ message }) => ({
    happened: message,
    todo: 'save the file from the site that keeps it, and open that',
  }),
  'net/forbidden': ({ message }) => ({
    happened: message,
    todo: 'whoever runs the site can allow it',
  }),
  'store/denied': ({ message }) => ({
    happened: message,
    todo: 'allow this site to keep data, or leave private browsing, and the model is fetched once only',
  }),
  'store/quota': ({ message }) => ({
    happened: message,
    todo: 'free some space on this machine, and the model is fetched once only',
  }),
  'iiif/invalid': ({ message }) => ({ happened: message, todo: null }),
  'iiif/no-image': ({ message }) => ({ happened: message, todo: null }),
  'job/aborted': () => null,
  'bug/invariant': ({ message }) => ({
    happened: `This is our mistake: ${message}`,
    todo: 'copy this page into a report',
  }),
};

/** The size that was planned, where the run ended with a smaller one or with none. */
function sizeMissed({ plan }: AttemptRecord, last: AttemptRecord): number | null {
  if (!plan) return null;
  const reached = last.error || !last.plan ? 0 : last.plan.size;
  return reached < plan.size ? plan.size : null;
}

/** Bytes in use when it failed, the refused ones among them; else those that were foreseen. */
function bytesOf({ attempt }: Case): string | null {
  if (attempt.peakGpuBytes > 0) return megabytes(attempt.peakGpuBytes);
  return attempt.plan ? `about ${megabytes(attempt.plan.peakBytes)}` : null;
}

function askedFor(of: Case): string {
  return bytesOf(of) ?? 'what the photograph needs';
}

function inUse(of: Case): string {
  const bytes = bytesOf(of);
  const size = of.attempt.plan ? ` at size ${of.attempt.plan.size}` : '';
  return bytes ? `${bytes} were in use${size}` : `it worked${size}`;
}

function needs({ attempt: { plan } }: Case): string {
  if (!plan) return 'this photograph';
  return `size ${plan.size}, which needs about ${megabytes(plan.peakBytes)}`;
}

function overLimit({ attempt, message }: Case): string {
  const { plan, largestGpuBufferBytes, largestBufferLimit } = attempt;
  if (!plan || largestBufferLimit === 0) return message;
  const limit = `This GPU takes ${megabytes(largestBufferLimit)} in one buffer`;
  return largestGpuBufferBytes > largestBufferLimit
    ? `${limit}, and size ${plan.size} needs one of ${megabytes(largestGpuBufferBytes)}`
    : `${limit}, and size ${plan.size} needs more`;
}

/** What the driver said, where it said something. */
function saying({ attempt: { plan, error } }: Case): string {
  const size = plan ? ` at size ${plan.size}` : '';
  const message = error?.detail['message'];
  return typeof message === 'string' && message ? `${size} (“${firstLine(message)}”)` : size;
}

function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function atVariant({ attempt: { plan } }: Case): string {
  return plan ? ` at size ${plan.size} ${precision(plan.variant)}` : '';
}

/** What to do, with what it is good for. */
function toGain({ attempt: { plan }, missedSize, next }: Case, todo: string): string {
  if (plan?.backend === 'webgpu' && next?.plan?.backend === 'wasm') {
    return `to use the GPU again, ${todo}`;
  }
  if (missedSize !== null && next) return `to get size ${missedSize}, ${todo}`;
  return next ? `if it happens often, ${todo}` : `${todo}, and try again`;
}

const PRECISIONS: Readonly<Record<string, string>> = {
  fp32: 'in full precision',
  fp16: 'in half precision',
  int8: 'with 8-bit weights',
  'int8-fp16': 'with 8-bit weights in half precision',
};

function precision(variant: string): string {
  return PRECISIONS[variant] ?? `in ${variant}`;
}

/** What took the place of a try: the first difference that matters to people. */
function insteadOf({ plan }: AttemptRecord, next: AttemptRecord | null): string | null {
  if (!plan || !next?.plan) return null;
  const end = next.error ? 'tried next' : 'used instead';
  const other = next.plan;
  if (other.backend !== plan.backend) {
    return `${other.backend === 'wasm' ? 'the processor' : 'the GPU'} was ${end}`;
  }
  if (other.model !== plan.model) return `the model ${other.modelName} was ${end}`;
  if (other.size !== plan.size) return `size ${other.size} was ${end}`;
  if (other.variant !== plan.variant) {
    return `it was ${next.error ? 'tried' : 'done'} ${precision(other.variant)} instead`;
  }
  if (other.tileRows !== plan.tileRows) return `smaller pieces were ${end}`;
  return next.error ? 'the same was tried again' : 'the same worked at the next try';
}
