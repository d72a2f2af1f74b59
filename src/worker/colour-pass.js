import { colorize } from '../pipelines/colorize/colorize.ts';
import { assertPlausible } from '../pipelines/colorize/output-check.ts';
import { gpuStalled } from './gpu-patience.ts';
import { makeRoom } from './make-room.ts';
import { watched } from './watchdog.ts';
/**
 * One pass of the network over a photograph, watched while it is on a GPU: work that never settles ends
 * as `gpu/stalled`, and what it gives in the end is freed. Colours that cannot be right are an error too.
 * @throws {AppError} any code.
 */
export async function colourPass(job) {
    let isOver = false;
    const endPass = job.plan.backend === 'webgpu' ? job.patience.beginPass() : () => { };
    const work = async (allow) => {
        const coloured = await onPlace(job, allow, () => isOver);
        if (isOver)
            coloured.colouring.dispose();
        return coloured;
    };
    try {
        const coloured = await watched(work, gpuStalled, job.patience.tickMs);
        try {
            assertPlausible(coloured.chroma);
            return coloured;
        }
        catch (error) {
            coloured.colouring.dispose();
            throw error;
        }
    }
    finally {
        isOver = true;
        endPass();
    }
}
async function onPlace({ equipment, gallery, patience, photograph, model, plan, pass, trial, tell, signal }, allow, isOver) {
    const isOnGpu = plan.backend === 'webgpu';
    const isSoftware = equipment.adapterReport?.isFallback === true;
    const loadMs = isOnGpu ? patience.loadMs(isSoftware) : Infinity;
    const report = trial.plan;
    const tellNow = (progress) => void (isOver() || tell(progress));
    const fetching = (what) => (progress) => {
        const { fetchedBytes, ...bytes } = progress;
        if (fetchedBytes > 0)
            tellNow({ stage: 'fetch', what, ...bytes });
    };
    allow(loadMs);
    const place = await equipment.place(plan.backend, { signal, onFetch: fetching('engine') });
    const ledger = place.backend === 'webgpu' ? place.gpu.ledger : null;
    if (place.backend === 'webgpu')
        trial.runsOn(place.gpu);
    makeRoom(place, gallery, plan.peakBytes, trial.budgetBytes);
    // Files come from the network, which may take any time.
    allow(Infinity);
    const before = trial.ms.infer;
    const listener = {
        onFetch: fetching('model'),
        onLoad() {
            allow(loadMs);
            ledger?.mark('load');
            if (!isOver())
                trial.begin();
            tellNow({ stage: 'load', model: model.card.name });
        },
        onInfer() {
            allow(patience.inferMs(report, isSoftware));
            ledger?.mark(pass);
            tellNow({ stage: 'infer', pass, plan: report });
        },
    };
    const coloured = await colorize(photograph, plan, model, place, trial.ms, listener, signal);
    patience.learn(report, trial.ms.infer - before);
    return coloured;
}
