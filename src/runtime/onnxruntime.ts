import glue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { AppError } from '../shared/errors.ts';
import {
  fetchBlob,
  networkError,
  TransferMeter,
  type TransferProgress,
} from '../shared/transfer.ts';
import { keepProgram, keptProgram } from './kept-program.ts';

/** onnxruntime-web's module, the plain wasm build: GPUs run kernels of our own. */
export type Ort = typeof import('onnxruntime-web/wasm');

/** More threads than this gain nothing on graphs of this size and take memory from other tabs. */
const MOST_THREADS = 8;

/** Threads that wasm may use: shared memory needs a cross-origin isolated page. */
export function wasmThreads(): number {
  return self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
}

/** Bytes of the wasm file in the version of package-lock.json; a test holds them to it. */
export const RUNTIME_BYTES = 14_239_897;

/**
 * Fetches onnxruntime, telling the bytes, and makes it ready to run.
 * @throws {AppError} `wasm/blocked`, `net/*`, `worker/blocked`, `job/aborted`.
 */
export async function loadRuntime(
  options: {
    signal?: AbortSignal | undefined;
    onFetch?: ((progress: TransferProgress) => void) | undefined;
  } = {},
): Promise<Ort> {
  assertAllowed();
  const meter = new TransferMeter(RUNTIME_BYTES, options.onFetch);
  const request = { cache: 'default', signal: options.signal, meter, what: 'engine' } as const;
  const address = absolute(wasm);
  const kept = await keptProgram(address);
  const binary = kept ?? (await fetchBlob(address, request));
  if (!kept) await keepProgram(address, binary);
  const ort = await importRuntime();
  ort.env.wasm.wasmPaths = { mjs: absolute(glue).href };
  ort.env.wasm.wasmBinary = await binary.arrayBuffer();
  ort.env.wasm.numThreads = wasmThreads();
  ort.env.logLevel = 'error';
  return ort;
}

/** Whether loading it would fetch none of its wasm. */
export async function isRuntimeKept(): Promise<boolean> {
  return (await keptProgram(absolute(wasm))) !== null;
}

/** Fetches the wasm and keeps it for a visit without a network; nothing is compiled. @throws {AppError} `net/*`. */
export async function keepRuntime(): Promise<void> {
  const address = absolute(wasm);
  if (await keptProgram(address)) return;
  const meter = new TransferMeter(RUNTIME_BYTES);
  const request = { cache: 'default', signal: undefined, meter, what: 'engine' } as const;
  await keepProgram(address, await fetchBlob(address, request));
}

/** The smallest module there is: its magic number and version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** A page's Content-Security-Policy is asked before megabytes are fetched that it would not let run. */
function assertAllowed(): void {
  try {
    void new WebAssembly.Module(EMPTY_MODULE);
  } catch (cause) {
    throw new AppError(
      'wasm/blocked',
      'This page does not allow WebAssembly (its Content-Security-Policy lacks wasm-unsafe-eval), and there is no GPU to do without it.',
      { cause },
    );
  }
}

/** The runtime's own address is the worker's, also where the worker itself is a Blob. */
function absolute(path: string): URL {
  return new URL(path, import.meta.url);
}

async function importRuntime(): Promise<Ort> {
  try {
    return await import('onnxruntime-web/wasm');
  } catch (error) {
    if (!navigator.onLine) throw networkError(error, new URL(import.meta.url), 'engine');
    throw new AppError('worker/blocked', 'The program that runs networks could not be loaded.', {
      cause: error,
    });
  }
}
