import { compileOnGpu } from '../pipelines/colorize/gpu-network.ts';
import { planRun } from '../planner/plan.ts';
import { profileOf } from '../planner/profile.ts';
import { AppError } from '../shared/errors.ts';
import { gpuStalled } from './gpu-patience.ts';
import { watched } from './watchdog.ts';
/** Shapes that photographs have; kernels depend on little else than how many cells there are. */
const SHAPES = [
    { width: 4, height: 3 },
    { width: 1, height: 1 },
];
/**
 * Makes ready for the first photograph where it will run on the GPU: opens the device, proves half precision, and
 * compiles the kernels of the size that will be planned. Of the model only the table of weights is brought,
 * and no memory is taken for it. A run that comes meanwhile shares the work.
 * @param preset of the runs to come; absent, what a measurement of the machine found.
 * @param id of the model of the runs to come; absent, the default.
 * @throws {AppError} any code; the first run then begins from nothing, as without this.
 */
export async function prepare(workshop, jobs, preset, id) {
    const { equipment, patience } = workshop;
    // A software adapter is no GPU to this: the processor will do the work.
    if (profileOf(equipment.facts, 'auto', preset).backend !== 'webgpu')
        return;
    const loadMs = patience.loadMs(false);
    const work = async (allow) => {
        allow(loadMs);
        const place = await equipment.gpuPlace();
        await equipment.proveHalf();
        allow(Infinity);
        const model = await equipment.library.find(id);
        const table = await model.bringTable();
        allow(loadMs);
        const profile = profileOf(equipment.facts, 'auto', preset);
        const wish = { kind: 'auto', size: 'auto' };
        for (const shape of SHAPES) {
            const plan = planRun(profile, [model.card], shape, wish);
            if (plan.backend === 'webgpu')
                await compileOnGpu(place, model, table, plan);
        }
    };
    try {
        await watched(work, gpuStalled, patience.tickMs);
    }
    catch (error) {
        if (error instanceof AppError && error.code === 'gpu/stalled')
            await giveUp(workshop, jobs);
        throw error;
    }
}
/** Gives back a device that hangs, unless a run has done so: the next one begins on another. */
async function giveUp({ equipment }, jobs) {
    const { gpu } = equipment;
    await jobs.inTurn(async () => {
        if (equipment.gpu === gpu)
            equipment.renewGpu(gpu);
    });
}
