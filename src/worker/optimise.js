import { planRun } from '../planner/plan.ts';
import { choosePreset } from '../planner/presets.ts';
import { profileOf } from '../planner/profile.ts';
import { AppError, throwIfAborted } from '../shared/errors.ts';
import { megabytes } from '../shared/megabytes.ts';
import { colourPass } from './colour-pass.ts';
import { drawnGradient } from './drawn-gradient.ts';
import { tryMemory } from './memory-trial.ts';
import { reportOf, Trial } from './trial.ts';
/** Side of the picture that times are told for. */
const PROBE_SIZE = 256;
/**
 * Measures this machine's GPU: a first and a warm run of a drawn picture at 256² on the ordinary way of
 * a photograph, and what memory can be had. What is found is remembered, and chooses the preset of
 * every run that is given none.
 * @param side of the picture that is run; its times are reckoned up to 256² by its pixels.
 * @throws {AppError} `net/*`, `model/*`, `store/*`, `job/aborted`; what fails on the GPU is an answer.
 */
export async function optimise(workshop, tell, signal, side = PROBE_SIZE) {
    const { equipment } = workshop;
    await equipment.lookForGpu();
    const { adapter } = equipment.facts;
    if (!adapter) {
        return unmeasured('This browser gives the page no GPU, so there is nothing to measure: the processor does the work.');
    }
    if (adapter.isFallback) {
        return unmeasured('The only GPU here is software, slower than the processor, which does the work: there is nothing to measure.');
    }
    const [model] = await equipment.library.shipped();
    const profile = profileOf(equipment.facts, 'webgpu', 'medium');
    const { lightness } = drawnGradient(side);
    const plan = planRun(profile, [model.card], lightness, { kind: 'auto', size: side });
    if (plan.backend === 'wasm') {
        return unmeasured('This GPU has no room for the network, so the processor does the work.');
    }
    const trial = new Trial(reportOf(plan, model.card), profile, tell);
    try {
        // The plan is for a smaller one where this has no room.
        const scale = (PROBE_SIZE / plan.size) ** 2;
        const firstMs = scale * (await timeOnce(workshop, model, plan, trial, tell, signal));
        const warmMs = scale * (await timeOnce(workshop, model, plan, trial, tell, signal));
        void equipment.memory.learn(trial.attempt(null));
        const memory = await tryMemory(workshop);
        throwIfAborted(signal);
        const preset = choosePreset({ warmMs, gotBytes: memory.gotBytes });
        await equipment.memory.noteProbe({ firstMs, warmMs, preset });
        const sentence = `${NAMES[preset]} suits this machine: a small picture takes ${duration(warmMs)}, and ${megabytes(memory.gotBytes)} of GPU memory can be had.`;
        return { preset, firstMs, warmMs, memory, sentence };
    }
    catch (error) {
        if (!(error instanceof AppError) || !/^(gpu|output)\//.test(error.code))
            throw error;
        void equipment.memory.learn(trial.attempt(error));
        equipment.renewGpu(trial.gpu);
        return unmeasured(`The GPU failed at the measurement, and nothing was changed: ${error.message}`);
    }
    finally {
        trial.end();
    }
}
/** Milliseconds that the network took for the drawn picture. */
async function timeOnce(workshop, model, plan, trial, tell, signal) {
    const before = trial.ms.infer;
    const photograph = drawnGradient(plan.size);
    const job = { ...workshop, photograph, model, plan, pass: 'final', trial, tell, signal };
    const { colouring } = await colourPass(job);
    colouring.dispose();
    throwIfAborted(signal);
    return trial.ms.infer - before;
}
const NAMES = { low: 'Low', medium: 'Medium', high: 'High' };
function unmeasured(sentence) {
    return { preset: null, firstMs: null, warmMs: null, memory: null, sentence };
}
function duration(ms) {
    return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
