import { profileOf } from '../planner/profile.ts';
import { isRuntimeKept, keepRuntime, RUNTIME_BYTES } from '../runtime/onnxruntime.ts';
/**
 * Fetches one file of what a run would need, so that photographs can come between: the model's first, then
 * onnxruntime where the processor will do the work.
 * @param id of the model of the runs to come; absent, the default.
 * @returns bytes that are still missing after it.
 * @throws {AppError} `model/*`, `net/*`.
 */
export async function keepNext({ library, facts }, id) {
    const { backend } = profileOf(facts, 'auto');
    const model = await library.find(id);
    const needsRuntime = backend === 'wasm' && !(await isRuntimeKept());
    if (!(await model.isHere(backend))) {
        const left = await model.bringNext(backend);
        return left + (needsRuntime ? RUNTIME_BYTES : 0);
    }
    if (needsRuntime)
        await keepRuntime();
    return 0;
}
