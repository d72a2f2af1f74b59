import { abortedError, AppError } from '../shared/errors.ts';
import type { ContentFile } from './card.ts';
import { sha256Of } from './integrity.ts';
import type { ContentStore } from './store.ts';

/** Files fetched at the same time: enough to fill a line, few enough for HTTP/1.1's six. */
const PARALLEL = 4;

/** Bytes so far, counting what was already in the store. */
export type DownloadProgress = {
  loadedBytes: number;
  totalBytes: number;
  /** Bytes of it that came over the network in this call. */
  fetchedBytes: number;
  secondsLeft: number | null;
};

/**
 * Brings every file: from the store, else from the network, verified before it is kept. An
 * interrupted download resumes file by file: those that arrived are in the store.
 * @param base address that the files' paths are relative to.
 * @throws {AppError} `net/offline`, `net/http`, `net/interrupted`, `model/integrity`, `job/aborted`.
 */
export async function bringFiles(
  files: readonly ContentFile[],
  base: URL,
  store: ContentStore,
  options: { signal?: AbortSignal | undefined; onProgress?: (progress: DownloadProgress) => void },
): Promise<Map<string, Blob>> {
  const meter = new Meter(files, options.onProgress);
  const found = new Map<string, Blob>();
  const missing: ContentFile[] = [];
  for (const file of files) {
    const kept = await store.get(file.sha256);
    if (kept?.size === file.bytes) {
      found.set(file.sha256, kept);
      meter.skip(file.bytes);
    } else {
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
    } catch (error) {
      // No more are begun; those on their way arrive and are kept, so that the next try has less to fetch.
      missing.length = 0;
      throw error;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
  const failed = workers.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return found;
}

/** Fetches one file; a wrong content is asked for once more past every cache, then refused. */
async function fetchVerified(file: ContentFile, base: URL, signal: AbortSignal | undefined, meter: Meter): Promise<Blob> {
  for (const cache of ['default', 'reload'] as const) {
    const blob = await fetchBlob(new URL(file.file, base), cache, signal, meter);
    if (blob.size === file.bytes && (await sha256Of(blob)) === file.sha256) return blob;
    meter.add(-blob.size);
  }
  throw new AppError(
    'model/integrity',
    `The file ${file.file} of the model is damaged where it is served: its content is not what the model's card promises.`,
    { detail: { file: file.file, expectedBytes: file.bytes } },
  );
}

async function fetchBlob(url: URL, cache: RequestCache, signal: AbortSignal | undefined, meter: Meter): Promise<Blob> {
  let received = 0;
  try {
    const response = await fetch(url, { cache, ...(signal && { signal }) });
    if (!response.ok) {
      throw new AppError('net/http', `The model could not be fetched: the server answered ${response.status}.`, {
        detail: { url: url.href, status: response.status },
      });
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = (response.body ?? new Blob().stream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value);
      received += read.value.byteLength;
      meter.add(read.value.byteLength);
    }
    return new Blob(parts);
  } catch (error) {
    meter.add(-received);
    throw networkError(error, url, signal);
  }
}

function networkError(error: unknown, url: URL, signal: AbortSignal | undefined): AppError {
  if (error instanceof AppError) return error;
  if (signal?.aborted) return abortedError();
  if (!navigator.onLine) {
    return new AppError('net/offline', 'The model is not on this machine yet, and there is no network.', {
      cause: error,
      detail: { url: url.href },
    });
  }
  return new AppError('net/interrupted', 'The connection broke while the model was being fetched.', {
    cause: error,
    detail: { url: url.href },
  });
}

/** Fetches small JSON such as a card. @throws {AppError} as {@link bringFiles}. */
export async function fetchJson(url: URL): Promise<unknown> {
  try {
    const response = await fetch(url);
    if (response.ok) return (await response.json()) as unknown;
    const code = response.status === 404 ? 'model/not-found' : 'net/http';
    throw new AppError(code, `${url.pathname} could not be fetched: the server answered ${response.status}.`);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new AppError('model/incompatible', `${url.pathname} is not JSON.`, { cause: error });
    }
    throw networkError(error, url, undefined);
  }
}

/** Counts bytes and guesses the time left from the rate since the first one arrived. */
class Meter {
  readonly #totalBytes: number;
  readonly #report: (progress: DownloadProgress) => void;
  #kept = 0;
  #fetched = 0;
  #startedAt = 0;

  constructor(files: readonly ContentFile[], report: (progress: DownloadProgress) => void = () => {}) {
    this.#totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.#report = report;
  }

  skip(bytes: number): void {
    this.#kept += bytes;
    this.#tell();
  }

  add(bytes: number): void {
    this.#startedAt ||= performance.now();
    this.#fetched += bytes;
    this.#tell();
  }

  #tell(): void {
    const loadedBytes = this.#kept + this.#fetched;
    const seconds = this.#startedAt ? (performance.now() - this.#startedAt) / 1000 : 0;
    const rate = seconds > 0.5 ? this.#fetched / seconds : 0;
    const secondsLeft = rate > 0 ? (this.#totalBytes - loadedBytes) / rate : null;
    this.#report({ loadedBytes, totalBytes: this.#totalBytes, fetchedBytes: this.#fetched, secondsLeft });
  }
}
