import type { Model } from '../models/model.ts';
import type { ContentStore } from '../models/store.ts';
import { isRuntimeKept } from '../runtime/onnxruntime.ts';
import type { Backend, StorageReport } from './protocol.ts';

const STORAGE_PROBLEMS = {
  denied: 'This browser does not let the page keep files, so the model is fetched at each visit.',
  quota: 'There is no room left for the model on this machine, so it is fetched at each visit.',
};

/**
 * Where weights are kept.
 * @param model that runs would use, on `backend`; null where not even its card can be had.
 */
export async function storageReport(
  store: ContentStore,
  model: Model | null,
  backend: Backend,
): Promise<StorageReport> {
  const { problem } = store;
  const isModelReady = (await model?.isHere(backend)) ?? false;
  const isPersisted = await Promise.resolve(navigator.storage?.persisted?.()).catch(() => false);
  return {
    kind: problem ? 'memory' : 'indexeddb',
    isPersisted: isPersisted ?? false,
    problem: problem && STORAGE_PROBLEMS[problem],
    isModelReady,
    isRunKept: !problem && ((await model?.isHere('wasm')) ?? false) && (await isRuntimeKept()),
  };
}
