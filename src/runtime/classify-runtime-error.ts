import { AppError } from '../shared/errors.ts';

/** What onnxruntime and the engines of the browsers say when an allocation fails; none has a code. */
const MEMORY_WORDS =
  /out of memory|bad_alloc|allocation failed|failed to allocate|Array buffer allocation|memory access out of bounds/i;

/**
 * What onnxruntime threw, as an {@link AppError}: `memory/exhausted` or `gpu/out-of-memory` where its
 * words say so, else `gpu/failed` on a GPU and `bug/invariant` on wasm.
 */
export function classifyRuntimeError(error: unknown, isOnGpu: boolean): AppError {
  if (error instanceof AppError) return error;
  const words = error instanceof Error ? error.message : String(error);
  const detail = { runtime: words };
  if (MEMORY_WORDS.test(words)) {
    return isOnGpu
      ? new AppError('gpu/out-of-memory', 'The GPU ran out of memory.', { cause: error, detail })
      : new AppError('memory/exhausted', 'The page ran out of memory.', { cause: error, detail });
  }
  return isOnGpu
    ? new AppError('gpu/failed', 'The GPU could not run the network.', { cause: error, detail })
    : new AppError('bug/invariant', 'The network could not be run.', { cause: error, detail });
}
