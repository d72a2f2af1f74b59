import { Ladder } from '../planner/ladder.ts';
import { inOrderFrom } from '../planner/model-order.ts';
import { profileOf } from '../planner/profile.ts';
import { rungAt } from '../planner/rung.ts';
import { abortedError, AppError, assert, toAppError } from '../shared/errors.ts';
import { colourPass } from './colour-pass.ts';
import { isOfGpu } from './gpu-failure.ts';
import { gpuStalled } from './gpu-patience.ts';
import { tryMemoryOnce } from './memory-trial.ts';
import { GPU_GONE, GPU_LEFT_OUT, madeOf, modelGone, passSentence, stepDownSentence, } from './run-words.ts';
import { reportOf, Trial } from './trial.ts';
import { watched } from './watchdog.ts';
/**
 * Plans and runs a photograph: a quick preview at the smallest size where it is wanted, then the
 * planned size. Where that fails, everything of the try is freed, and the same photograph is tried one
 * rung lower, until it works or no rung is left.
 * @param past what the page knows of it from earlier workers.
 * @throws {AppError} any code; below the last rung the last failure's, with all tries in its detail.
 *   After a preview its colours stay, until the page gives back others.
 */
export async function runColorize(workshop, id, wish, { failed: after, isGpuLeftOut }, tell, signal) {
    void tell({ stage: 'read' });
    const { equipment, gallery, patience } = workshop;
    const { held, photograph } = await gallery.get(id);
    const all = (await equipment.library.all()).map(({ model }) => model);
    const chosen = all.find(({ card }) => card.id === wish.model) ?? all[0];
    const models = inOrderFrom(chosen, all);
    await equipment.lookForGpu();
    const lastOfDead = after.at(-1);
    if (lastOfDead)
        void equipment.memory.learn(lastOfDead);
    if (wish.device === 'webgpu' && !equipment.facts.adapter && after.length === 0) {
        throw new AppError('gpu/unavailable', 'This browser gives the page no GPU.');
    }
    const isLeftOut = wish.device === 'auto' && equipment.facts.adapter && isGpuLeftOut;
    const device = isLeftOut ? 'wasm' : wish.device;
    const steps = isLeftOut ? [GPU_LEFT_OUT] : [];
    if (wish.model !== undefined && wish.model !== chosen.card.id) {
        steps.push(modelGone(chosen.card.name));
        void tell({ stage: 'notice', sentence: modelGone(chosen.card.name) });
    }
    if (profileOf(equipment.facts, device).backend === 'webgpu') {
        const endPass = patience.beginPass();
        await tryMemoryOnce(workshop);
        await proveHalf(workshop).finally(endPass);
        if (!equipment.facts.adapter)
            steps.push(GPU_GONE);
    }
    const profile = profileOf(equipment.facts, device, wish.preset);
    const cards = models.map(({ card }) => card);
    const ladder = new Ladder(profile, cards, photograph.lightness, wish);
    const { wantsPreview } = wish;
    const run = {
        ...{ ...workshop, id, held, photograph, models, profile, wish, tell, signal, wantsPreview },
        ...{ steps, attempts: [], hasTriedAgain: false },
    };
    for (const attempt of after)
        await stepDown(run, ladder, attempt);
    while (!(await tryPlan(run, ladder)))
        throwIfClosed(run);
    return resultOf(run);
}
/** A GPU that fails at the proof, or never answers, fails again in the run, where it is dealt with. */
async function proveHalf({ equipment, patience }) {
    const isSoftware = equipment.adapterReport?.isFallback === true;
    const prove = (allow) => {
        allow(patience.loadMs(isSoftware));
        return equipment.proveHalf();
    };
    await watched(prove, gpuStalled, patience.tickMs).catch(() => equipment.renewGpu(equipment.gpu));
}
/** Tries the ladder's plan. @returns whether it gave colours; else the ladder stands one rung lower. */
async function tryPlan(run, ladder) {
    const { equipment, tell, signal } = run;
    const { plan } = ladder;
    const trial = new Trial(reportOf(plan, modelOf(run, plan).card), profileFor(run, plan), tell);
    try {
        const { preview } = modelOf(run, plan).card.sizes;
        if (run.wantsPreview && preview < plan.size) {
            await runPass(run, previewPlan(run, plan, preview), 'preview', trial);
            run.wantsPreview = false;
        }
        await runPass(run, plan, 'final', trial);
        const attempt = trial.attempt(null);
        run.attempts.push(attempt);
        void tell({ stage: 'attempt', attempt });
        void equipment.memory.learn(attempt);
        return true;
    }
    catch (thrown) {
        const error = toAppError(thrown);
        if (signal.aborted || error.code === 'job/aborted')
            throw error;
        const attempt = trial.attempt(error);
        // Told before anything else: clearing up may take the worker with it.
        void tell({ stage: 'attempt', attempt });
        void equipment.memory.learn(attempt);
        trial.end();
        if (attempt.plan.backend === 'webgpu' && isOfGpu(error))
            equipment.renewGpu(trial.gpu);
        // wasm's memory never shrinks: the page goes on with this run in a new worker.
        if (attempt.plan.backend === 'wasm' && error.code === 'memory/exhausted')
            throw error;
        await stepDown(run, ladder, attempt, error);
        return false;
    }
    finally {
        trial.end();
    }
}
/** Goes one rung below a try that failed, and says so. @throws {AppError} where there is none. */
async function stepDown(run, ladder, attempt, thrown) {
    run.attempts.push(attempt);
    const { plan: failed, error } = attempt;
    assert(error, 'Only a failure is stepped down from.');
    // Where the GPU is gone since, the ladder stands below all that was tried on it.
    const isBelow = failed.backend === 'webgpu' && run.profile.backend === 'wasm';
    const below = isBelow ? ladder.plan : ladder.fail(error, failed);
    if (!below && !isWorthAnother(run, attempt))
        throw lastError(run, attempt, thrown);
    run.hasTriedAgain ||= !below;
    const next = below ? reportOf(below, modelOf(run, below).card) : failed;
    const sentence = stepDownSentence(error.code, failed, next);
    run.steps.push(sentence);
    await run.tell({ stage: 'notice', sentence });
}
/** What a worker had no memory for at the last rung, a new one, that holds nothing else, may do. */
function isWorthAnother({ hasTriedAgain }, { plan, error }) {
    const isForMemory = error?.code === 'worker/crashed' || error?.code === 'memory/exhausted';
    return plan.backend === 'wasm' && isForMemory && !hasTriedAgain;
}
async function runPass(run, plan, pass, trial) {
    const { held, tell, signal } = run;
    const model = modelOf(run, plan);
    const report = reportOf(plan, model.card);
    trial.prepare(report);
    const { chroma, colouring } = await colourPass({ ...run, model, plan, pass, trial });
    if (signal.aborted || !run.gallery.holds(run.id, held)) {
        colouring.dispose();
        throw abortedError();
    }
    held.found = { chroma, modelName: model.card.name, made: madeOf(report, run.attempts) };
    held.colouring = colouring;
    run.steps.push(passSentence(pass, report));
    // The preview is on the screen before the longer pass takes the processor.
    await tell({ stage: 'colours', pass, plan: report });
}
function previewPlan(run, plan, size) {
    const { card } = modelOf(run, plan);
    const { lightness } = run.photograph;
    const rung = rungAt(profileFor(run, plan), card, lightness, plan.variant, size);
    return { ...rung, reason: 'The quick look before the run.', considered: [] };
}
function profileFor({ profile }, { backend }) {
    return backend === profile.backend ? profile : (profile.fallback ?? profile);
}
function modelOf({ models }, plan) {
    const model = models.find(({ card }) => card.id === plan.model);
    assert(model, 'A plan is for one of the models it was made from.');
    return model;
}
function resultOf({ held, attempts, steps }) {
    assert(held.found, 'A run that ended has found colours.');
    const { chroma, modelName, made } = held.found;
    const { width, height, ab } = chroma;
    const ms = { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 };
    for (const attempt of attempts) {
        for (const stage of ['load', 'infer', 'upsample'])
            ms[stage] += attempt.ms[stage];
    }
    const most = (pick) => Math.max(...attempts.map(pick));
    const report = {
        plan: attempts.at(-1).plan,
        steps,
        attempts,
        made,
        ms,
        peakGpuBytes: most((attempt) => attempt.peakGpuBytes),
        largestGpuBufferBytes: most((attempt) => attempt.largestGpuBufferBytes),
    };
    return { report, chroma: { width, height, ab, modelName, made } };
}
/** The photograph may have been closed, or turned, between two tries. */
function throwIfClosed({ gallery, id, held }) {
    if (!gallery.holds(id, held))
        throw abortedError();
}
/** What ended the last try, with what became of each. */
function lastError(run, { error }, thrown) {
    const tries = run.attempts.map(({ plan, error: failure, peakGpuBytes, budgetBytes }) => {
        const { backend, model, variant, size, tileRows } = plan;
        const { code, message } = failure;
        return { backend, model, variant, size, tileRows, code, message, peakGpuBytes, budgetBytes };
    });
    return new AppError(error.code, error.message, {
        cause: thrown,
        detail: { ...error.detail, attempts: tries },
    });
}
