import { AppError } from '../shared/errors.ts';
/** What onnxruntime and the engines of the browsers say when an allocation fails; none has a code. */
const MEMORY_WORDS = /out of memory|bad_alloc|allocation failed|failed to allocate|Array buffer allocation|memory access out of bounds/i;
/**
 * What a run threw that is no {@link AppError} yet: `memory/exhausted` where its words say so (a GPU tells of
 * its own memory by errors of the device, never here), else `gpu/failed` on a GPU and `bug/invariant` on wasm.
 */
export function classifyRuntimeError(error, isOnGpu) {
    if (error instanceof AppError)
        return error;
    const words = error instanceof Error ? error.message : String(error);
    const detail = { runtime: words };
    if (MEMORY_WORDS.test(words)) {
        return new AppError('memory/exhausted', 'The page ran out of memory.', {
            cause: error,
            detail,
        });
    }
    return isOnGpu
        ? new AppError('gpu/failed', 'The GPU could not run the network.', { cause: error, detail })
        : new AppError('bug/invariant', 'The network could not be run.', { cause: error, detail });
}
