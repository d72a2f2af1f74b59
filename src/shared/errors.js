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
];
/** The one error class that crosses a room's door: a code for programs, a sentence for people. */
export class AppError extends Error {
    code;
    /** Facts for the diagnostics view (sizes, limits, addresses): plain data only. */
    detail;
    constructor(code, message, options = {}) {
        super(message, options.cause === undefined ? {} : { cause: options.cause });
        this.name = 'AppError';
        this.code = code;
        this.detail = options.detail ?? {};
    }
}
/** The error that a cancelled job ends with; callers drop it silently. */
export function abortedError() {
    return new AppError('job/aborted', 'The work was cancelled.');
}
/** Whatever was thrown, as an {@link AppError}; `fallback` names what an unknown error becomes. */
export function toAppError(error, fallback = 'bug/invariant') {
    if (error instanceof AppError)
        return error;
    if (error instanceof DOMException && error.name === 'AbortError')
        return abortedError();
    const message = error instanceof Error ? error.message : String(error);
    return new AppError(fallback, message, { cause: error });
}
/** Throws {@link abortedError} where the signal has fired. */
export function throwIfAborted(signal) {
    if (signal?.aborted)
        throw abortedError();
}
/** States what the code relies on; a failure is a defect of ours (`bug/invariant`). */
export function assert(condition, message) {
    if (!condition)
        throw new AppError('bug/invariant', message);
}
