import { expose, releaseProxy, transfer } from 'comlink';
import { catalogueIn } from './engine-name.ts';
import { createEngine } from './engine.ts';
// Read at run time, so that the bundler does not look for a file: models/ lies beside the built assets/.
const here = import.meta.url;
const engine = createEngine(catalogueIn(self.name) ?? new URL('../models/catalogue.json', here));
expose({
    ...engine,
    /** Bitmaps are handed over, never copied. */
    async view(id, request) {
        return handOver(await engine.view(id, request));
    },
    async colourTile(id, request) {
        return handOver(await engine.colourTile(id, request));
    },
    colorize: (job, id, wish, past, onProgress) => releasing(onProgress, () => engine.colorize(job, id, wish, past, onProgress)),
    save: (job, id, request, onProgress) => releasing(onProgress, () => engine.save(job, id, request, onProgress)),
    addModel: (job, offer, onProgress) => releasing(onProgress, () => engine.addModel(job, offer, onProgress)),
    optimise: (job, onProgress) => releasing(onProgress, () => engine.optimise(job, onProgress)),
});
function handOver(outcome) {
    return outcome.ok ? transfer(outcome, [outcome.value]) : outcome;
}
/** Closes a listener's port when its job has ended; it would else wait for the garbage collector. */
async function releasing(listener, work) {
    try {
        return await work();
    }
    finally {
        listener[releaseProxy]();
    }
}
