import { toAppError } from '../../shared/errors.ts';

/**
 * Calls the engine, and once more where the call ended as cancelled: a cancelled run may take its
 * worker with it, and every other call under way; the next worker answers.
 */
export async function onceMore<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (toAppError(thrown).code !== 'job/aborted') throw thrown;
    return call();
  }
}
