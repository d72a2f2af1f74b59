import { abortedError, AppError } from './errors.ts';
/** Counts bytes and guesses the time left from the rate since the first one arrived. */
export class TransferMeter {
    #totalBytes;
    #report;
    #kept = 0;
    #fetched = 0;
    #startedAt = 0;
    constructor(totalBytes, report = () => { }) {
        this.#totalBytes = totalBytes;
        this.#report = report;
    }
    /** Counts bytes that need not be fetched. */
    skip(bytes) {
        this.#kept += bytes;
        this.#tell();
    }
    /** Counts bytes that have arrived; negative ones were of no use. */
    add(bytes) {
        this.#startedAt ||= performance.now();
        this.#fetched += bytes;
        this.#tell();
    }
    #tell() {
        const loadedBytes = this.#kept + this.#fetched;
        const seconds = this.#startedAt ? (performance.now() - this.#startedAt) / 1000 : 0;
        const rate = seconds > 0.5 ? this.#fetched / seconds : 0;
        const totalBytes = this.#totalBytes;
        const isKnown = rate > 0 && totalBytes >= loadedBytes;
        const secondsLeft = isKnown ? (totalBytes - loadedBytes) / rate : null;
        this.#report({ loadedBytes, totalBytes, fetchedBytes: this.#fetched, secondsLeft });
    }
}
/** Waits before a fetch that broke is begun again: most lines that drop are back within seconds. */
const AGAIN_AFTER_MS = [500, 2000];
/**
 * Begins a fetch again, a few times, where the connection broke: `net/interrupted` and nothing else.
 * @throws {AppError} what the last one threw, `job/aborted`.
 */
export async function againIfInterrupted(fetchOnce, signal) {
    for (const waitMs of AGAIN_AFTER_MS) {
        try {
            return await fetchOnce();
        }
        catch (error) {
            if (!(error instanceof AppError) || error.code !== 'net/interrupted')
                throw error;
        }
        await pause(waitMs, signal);
    }
    return fetchOnce();
}
/**
 * Fetches a file whole, counting as it comes; where the connection breaks, begins again a few times.
 * @throws {AppError} `net/offline`, `net/http`, `net/interrupted`, `job/aborted`.
 */
export function fetchBlob(url, options) {
    return againIfInterrupted(() => fetchOnce(url, options), options.signal);
}
async function fetchOnce(url, options) {
    const { cache, signal, meter, what, mostBytes = Infinity } = options;
    let received = 0;
    try {
        const response = await fetch(url, { cache, ...(signal && { signal }) });
        if (!response.ok) {
            throw new AppError('net/http', `The ${what} could not be fetched: the server answered ${response.status}.`, { detail: { url: url.href, status: response.status } });
        }
        const parts = [];
        const reader = (response.body ?? new Blob().stream()).getReader();
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
            parts.push(read.value);
            received += read.value.byteLength;
            meter.add(read.value.byteLength);
            if (received > mostBytes) {
                await reader.cancel();
                break;
            }
        }
        return new Blob(parts);
    }
    catch (error) {
        meter.add(-received);
        throw networkError(error, url, what, signal);
    }
}
/** @throws {AppError} `job/aborted`, at once. */
function pause(ms, signal) {
    return new Promise((resolve, reject) => {
        const stop = () => {
            clearTimeout(timer);
            reject(abortedError());
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', stop);
            resolve();
        }, ms);
        if (signal?.aborted)
            stop();
        else
            signal?.addEventListener('abort', stop, { once: true });
    });
}
/** What a failed fetch means for people. */
export function networkError(error, url, what, signal) {
    if (error instanceof AppError)
        return error;
    if (signal?.aborted)
        return abortedError();
    const options = { cause: error, detail: { url: url.href } };
    return navigator.onLine
        ? new AppError('net/interrupted', `The connection broke while the ${what} was being fetched.`, options)
        : new AppError('net/offline', `The ${what} is not on this machine yet, and there is no network.`, options);
}
