import { isRuntimeKept, keepRuntime, RUNTIME_BYTES } from '../runtime/onnxruntime.ts';
import type { Equipment } from './equipment.ts';

/**
 * Fetches one file of what runs need without a network, so that photographs can come between: the model's first,
 * then onnxruntime, which is the last resort also where there is a GPU.
 * @param id of the model of the runs to come; absent, the default.
 * @returns bytes that are still missing after it.
 * @throws {AppError} `model/*`, `net/*`.
 */
export async function keepNext({ library }: Equipment, id: string | undefined): Promise<number> {
  const model = await library.find(id);
  const isRuntimeMissing = !(await isRuntimeKept());
  if (!(await model.isHere('wasm'))) {
    return (await model.bringNext()) + (isRuntimeMissing ? RUNTIME_BYTES : 0);
  }
  if (isRuntimeMissing) await keepRuntime();
  return 0;
}
