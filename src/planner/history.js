const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * A failure counts half as much after a week: drivers are updated, other programs are closed, and a
 * machine that was full one evening is not small for ever.
 */
export const FAILURE_HALF_LIFE_MS = 7 * DAY_MS;
/** Of a peak that has just failed this share is tried again. */
const FAILED_SHARE = 0.75;
/** Nothing learnt takes a GPU away: the smallest networks run in this, and the ladder goes on below it. */
export const LEAST_ALLOWED = 128 * 2 ** 20;
/** Of an adapter that has not been used yet. */
export const NO_HISTORY = {
    reached: null,
    failed: null,
    hung: null,
    trial: null,
    probe: null,
};
/**
 * Bytes that a failure still allows: three quarters of what failed at first, twice that after each
 * half-life, so that old failures stop counting by themselves.
 */
export function allowedAfter(failed, now) {
    const age = Math.max(0, now - failed.at);
    const allowed = failed.peakBytes * FAILED_SHARE * 2 ** (age / FAILURE_HALF_LIFE_MS);
    return Math.max(LEAST_ALLOWED, Math.round(allowed));
}
/** Whether something happened within a half-life. */
export function isRecent({ at }, now) {
    return now - at < FAILURE_HALF_LIFE_MS;
}
/** The history after a run that worked; a failure at no more than its peak is disproved. */
export function noteReached(history, peakBytes, now) {
    const { reached, failed } = history;
    const isMost = !reached || peakBytes >= reached.peakBytes;
    return {
        ...history,
        reached: isMost ? { peakBytes, at: now } : reached,
        failed: failed && failed.peakBytes <= peakBytes ? null : failed,
    };
}
/** Failures that more memory would have prevented, as far as anybody can tell. */
const MEMORY_FAILURES = [
    'gpu/out-of-memory',
    'gpu/limit',
    'memory/exhausted',
    'worker/crashed',
];
/**
 * The history after a run that failed. Of two failures for memory the one that allows less now is
 * kept; what had been reached with as much no longer counts. Failures that say nothing of the machine
 * change nothing.
 */
export function noteFailed(history, peakBytes, code, now) {
    if (code === 'gpu/device-lost' || code === 'gpu/stalled')
        return { ...history, hung: { at: now } };
    if (!MEMORY_FAILURES.includes(code))
        return history;
    const { reached, failed } = history;
    const fresh = { peakBytes, at: now, code };
    const isOldTighter = failed && allowedAfter(failed, now) < allowedAfter(fresh, now);
    return {
        ...history,
        reached: reached && reached.peakBytes >= peakBytes ? null : reached,
        failed: isOldTighter ? failed : fresh,
    };
}
