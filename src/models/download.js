import { AppError } from '../shared/errors.ts';
import { againIfInterrupted, fetchBlob, networkError, TransferMeter, } from '../shared/transfer.ts';
import { sha256Of } from './integrity.ts';
/** Files fetched at the same time: enough to fill a line, few enough for HTTP/1.1's six. */
const PARALLEL = 4;
/**
 * Brings every file: from the store, else from the network, verified before it is kept. An
 * interrupted download resumes file by file: those that arrived are in the store.
 * @param base address that the files' paths are relative to.
 * @throws {AppError} `net/offline`, `net/http`, `net/interrupted`, `model/integrity`, `job/aborted`.
 */
export async function bringFiles(files, base, store, options) {
    const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const meter = new TransferMeter(totalBytes, options.onProgress);
    const found = new Map();
    const missing = [];
    for (const file of files) {
        const kept = await store.get(file.sha256);
        if (kept?.size === file.bytes) {
            found.set(file.sha256, kept);
            meter.skip(file.bytes);
        }
        else {
            missing.push(file);
        }
    }
    const worker = async () => {
        try {
            for (let file = missing.shift(); file; file = missing.shift()) {
                const blob = await fetchVerified(file, base, options.signal, meter);
                await store.put(file.sha256, blob);
                found.set(file.sha256, blob);
            }
        }
        catch (error) {
            // No more are begun; those on their way arrive and are kept, so that the next try has less to fetch.
            missing.length = 0;
            throw error;
        }
    };
    const workers = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
    const failed = workers.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected')
        throw failed.reason;
    return found;
}
/** Fetches one file; a wrong content is asked for once more past every cache, then refused. */
async function fetchVerified(file, base, signal, meter) {
    const options = { signal, meter, what: 'model', mostBytes: file.bytes };
    for (const cache of ['default', 'reload']) {
        const blob = await fetchBlob(new URL(file.file, base), { cache, ...options });
        if (blob.size === file.bytes && (await sha256Of(blob)) === file.sha256)
            return blob;
        meter.add(-blob.size);
    }
    throw new AppError('model/integrity', `The file ${file.file} of the model is damaged where it is served: its content is not what the model's card promises.`, { detail: { file: file.file, expectedBytes: file.bytes } });
}
/** Fetches small JSON such as a card; begins again as files do. @throws {AppError} as {@link bringFiles}. */
export function fetchJson(url) {
    return againIfInterrupted(() => fetchJsonOnce(url));
}
async function fetchJsonOnce(url) {
    try {
        const response = await fetch(url);
        if (response.ok)
            return (await response.json());
        const code = response.status === 404 ? 'model/not-found' : 'net/http';
        throw new AppError(code, `${url.pathname} could not be fetched: the server answered ${response.status}.`);
    }
    catch (error) {
        if (error instanceof SyntaxError) {
            throw new AppError('model/incompatible', `${url.pathname} is not JSON.`, { cause: error });
        }
        throw networkError(error, url, 'model');
    }
}
