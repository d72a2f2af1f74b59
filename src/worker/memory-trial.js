import { needsTrial, trialBytes } from '../planner/budget.ts';
import { tryAllocation } from '../runtime/trial-allocation.ts';
import { toAppError } from '../shared/errors.ts';
import { gpuStalled } from './gpu-patience.ts';
import { watched } from './watchdog.ts';
/** Tries what the GPU gives, before the first run, where nothing else tells. Never rejects. */
export async function tryMemoryOnce(workshop) {
    const { equipment } = workshop;
    const { facts } = equipment;
    if (!needsTrial(facts))
        return;
    try {
        await tryMemory(workshop);
    }
    catch (error) {
        // A GPU that fails at this fails at the run too, where it is told and stepped down from.
        equipment.renewGpu(equipment.gpu);
        // One that did not even start was not tried.
        if (toAppError(error).code === 'gpu/unavailable')
            return;
        await equipment.memory.noteTrial({ wantedBytes: trialBytes(facts), gotBytes: 0 });
    }
}
/**
 * Tries what the GPU gives beside what is on it already, and remembers it.
 * @throws {AppError} `gpu/unavailable`, `gpu/stalled`, `gpu/device-lost`.
 */
export async function tryMemory({ equipment, patience }) {
    const { facts } = equipment;
    const isSoftware = facts.adapter?.isFallback === true;
    const work = async (allow) => {
        allow(patience.loadMs(isSoftware));
        const { gpu } = await equipment.gpuPlace();
        const wantedBytes = trialBytes(facts);
        const { liveBytes } = gpu.ledger;
        const beside = await tryAllocation(gpu, Math.max(0, wantedBytes - liveBytes));
        await gpu.check(gpu.mark);
        return { wantedBytes, gotBytes: Math.min(wantedBytes, liveBytes + beside) };
    };
    const trial = await watched(work, gpuStalled, patience.tickMs);
    await equipment.memory.noteTrial(trial);
    return trial;
}
