import { isRuntimeKept } from '../runtime/onnxruntime.ts';
const STORAGE_PROBLEMS = {
    denied: 'This browser does not let the page keep files, so the model is fetched at each visit.',
    quota: 'There is no room left for the model on this machine, so it is fetched at each visit.',
};
/**
 * Where weights are kept.
 * @param model that runs would use, on `backend`; null where not even its card can be had.
 */
export async function storageReport(store, model, backend) {
    const { problem } = store;
    const isModelReady = (await model?.isHere(backend)) ?? false;
    const isPersisted = await Promise.resolve(navigator.storage?.persisted?.()).catch(() => false);
    return {
        kind: problem ? 'memory' : 'indexeddb',
        isPersisted: isPersisted ?? false,
        problem: problem && STORAGE_PROBLEMS[problem],
        isModelReady,
        isRunKept: isModelReady && !problem && (backend === 'webgpu' || (await isRuntimeKept())),
    };
}
