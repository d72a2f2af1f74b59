/** Every way in which Autochrome fails, as `area/what`. The page has one sentence for each. */
export const ERROR_CODES = [
  'input/unsupported-format',
  'input/corrupt',
  'input/too-large',
  'input/not-found',
  'gpu/unavailable',
  'gpu/limit',
  'gpu/device-lost',
  'gpu/out-of-memory',
  'gpu/failed',
  'gpu/stalled',
  'memory/exhausted',
  'model/not-found',
  'model/integrity',
  'model/corrupt',
  'model/incompatible',
  'iiif/invalid',
  'iiif/no-image',
  'net/offline',
  'net/http',
  'net/interrupted',
  'net/no-cors',
  'net/forbidden',
  'store/denied',
  'store/quota',
  'worker/blocked',
  'worker/crashed',
  'worker/unreachable',
  'wasm/blocked',
  'output/failed',
  'output/implausible',
  'output/unmarked',
  'job/aborted',
  'bug/invariant',
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The one error class that crosses a room's door: a code for programs, a sentence for people. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Facts for the diagnostics view (sizes, limits, addresses): plain data only. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; detail?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail ?? {};
  }
}

/** The error that a cancelled job ends with; callers drop it silently. */
export function abortedError(): AppError {
  return new AppError('job/aborted', 'The work was cancelled.');
}

/** Whatever was thrown, as an {@link AppError}; `fallback` names what an unknown error becomes. */
export function toAppError(error: unknown, fallback: ErrorCode = 'bug/invariant'): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return abortedError();
  const message = error instanceof Error ? error.message : String(error);
  return new AppError(fallback, message, { cause: error });
}

/** Throws {@link abortedError} where the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError();
}

/** States what the code relies on; a failure is a defect of ours (`bug/invariant`). */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AppError('bug/invariant', message);
}
