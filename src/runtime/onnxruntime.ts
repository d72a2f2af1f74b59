import asyncifyGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiGlue from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import plainGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { AppError } from '../shared/errors.ts';
import {
  fetchBlob,
  networkError,
  TransferMeter,
  type TransferProgress,
} from '../shared/transfer.ts';

/** onnxruntime-web's module, whichever build it is. */
export type Ort = typeof import('onnxruntime-web');

/**
 * Which build runs here. Both GPU builds hold the native WebGPU execution provider (the package's
 * default import holds JSEP, deprecated since 1.29, and is never used); `jspi` is smaller and streams
 * weights from Blobs; `wasm`, the smallest, serves machines without a GPU.
 */
export type RuntimeBuild = 'jspi' | 'asyncify' | 'wasm';

/** More threads than this gain nothing on graphs of this size and take memory from other tabs. */
const MOST_THREADS = 8;

/** The build for this browser. */
export function chooseBuild(hasGpu: boolean): RuntimeBuild {
  if (!hasGpu) return 'wasm';
  return 'Suspending' in WebAssembly ? 'jspi' : 'asyncify';
}

/** Threads that wasm may use: shared memory needs a cross-origin isolated page. */
export function wasmThreads(): number {
  return self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
}

/** Bytes of each build's wasm file in the version of package-lock.json; a test holds them to it. */
export const RUNTIME_BYTES: Record<RuntimeBuild, number> = {
  jspi: 16_758_545,
  asyncify: 26_781_914,
  wasm: 14_239_897,
};

/**
 * Fetches a build, telling the bytes, and makes it ready to run.
 * @throws {AppError} `net/*`, `worker/blocked`, `job/aborted`.
 */
export async function loadRuntime(
  build: RuntimeBuild,
  options: {
    signal?: AbortSignal | undefined;
    onFetch?: ((progress: TransferProgress) => void) | undefined;
  } = {},
): Promise<Ort> {
  const [mjs, wasm] = {
    jspi: [jspiGlue, jspiWasm],
    asyncify: [asyncifyGlue, asyncifyWasm],
    wasm: [plainGlue, plainWasm],
  }[build] as [string, string];
  const meter = new TransferMeter(RUNTIME_BYTES[build], options.onFetch);
  const request = { cache: 'default', signal: options.signal, meter, what: 'engine' } as const;
  const binary = await fetchBlob(absolute(wasm), request);
  const ort = await importBuild(build);
  ort.env.wasm.wasmPaths = { mjs: absolute(mjs).href };
  ort.env.wasm.wasmBinary = await binary.arrayBuffer();
  // A GPU build needs no threads of wasm, and starting them beside JSPI hung now and then (seen on 16 cores).
  ort.env.wasm.numThreads = build === 'wasm' ? wasmThreads() : 1;
  ort.env.logLevel = 'error';
  return ort;
}

/** The runtime's own address is the worker's, also where the worker itself is a Blob. */
function absolute(path: string): URL {
  return new URL(path, import.meta.url);
}

async function importBuild(build: RuntimeBuild): Promise<Ort> {
  try {
    if (build === 'jspi') return await import('onnxruntime-web/jspi');
    if (build === 'asyncify') return await import('onnxruntime-web/webgpu');
    return await import('onnxruntime-web/wasm');
  } catch (error) {
    if (!navigator.onLine) throw networkError(error, new URL(import.meta.url), 'engine');
    throw new AppError('worker/blocked', 'The program that runs networks could not be loaded.', {
      cause: error,
    });
  }
}
