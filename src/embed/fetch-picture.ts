import { reachOf } from '../embedding/reach.ts';
import { abortedError, AppError } from '../shared/errors.ts';
import { words } from './words.ts';

/** No photograph that can be opened has a longer file. */
const MOST_BYTES = 2 ** 30;

/** A server that sends nothing for so long has stopped. */
const STALL_MS = 60_000;

/**
 * Fetches a photograph's file by CORS.
 * @param tell hears the share that is here, 0–1, where the server says how long the file is.
 * @throws {AppError} `input/not-found`, `input/too-large`, `net/no-cors`, `net/forbidden`, `net/http`,
 *   `net/interrupted`, `job/aborted`.
 */
export async function fetchPicture(
  address: URL,
  signal: AbortSignal,
  tell: (fraction: number) => void,
  mostBytes = MOST_BYTES,
): Promise<Blob> {
  const stop = new AbortController();
  const request = { signal: stop.signal };
  const end = () => stop.abort();
  signal.addEventListener('abort', end);
  let timer = setTimeout(end, STALL_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(end, STALL_MS);
  };
  try {
    // What an <img> without CORS has brought into the cache cannot be read: then it is asked for anew.
    const response = await fetch(address, request).catch(() =>
      fetch(address, { ...request, cache: 'reload' }),
    );
    if (!response.ok) throw refused(response.status);
    return await bodyOf(response, heard, tell, mostBytes);
  } catch (error) {
    if (signal.aborted) throw abortedError();
    if (error instanceof AppError) throw error;
    throw await whyNot(address, stop.signal.aborted, error);
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  }
}

async function bodyOf(
  response: Response,
  heard: () => void,
  tell: (fraction: number) => void,
  mostBytes: number,
): Promise<Blob> {
  const expected = Number(response.headers.get('content-length')) || Infinity;
  const reader = (response.body ?? new Blob().stream()).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    heard();
    parts.push(read.value);
    received += read.value.byteLength;
    if (received > mostBytes) {
      await reader.cancel();
      throw new AppError('input/too-large', words.pictureTooLong);
    }
    tell(Math.min(1, received / expected));
  }
  return new Blob(parts);
}

function refused(status: number): AppError {
  const detail = { status };
  return status === 404 || status === 410
    ? new AppError('input/not-found', words.notFound(status), { detail })
    : new AppError('net/http', words.pictureRefused(status), { detail });
}

async function whyNot(address: URL, hasStalled: boolean, cause: unknown): Promise<AppError> {
  const { host, href } = address;
  const options = { cause, detail: { url: href } };
  const reach = hasStalled ? 'gone' : await reachOf(address);
  if (reach === 'forbidden') return new AppError('net/forbidden', words.forbidden(host), options);
  if (reach === 'no-cors') {
    return new AppError('net/no-cors', words.noCors(words.thePicture, host), options);
  }
  return new AppError('net/interrupted', words.pictureBroke(host), options);
}
