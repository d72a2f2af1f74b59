import { Ladder } from '../planner/ladder.ts';
import { planRun } from '../planner/plan.ts';
import { profileOf } from '../planner/profile.ts';
import { AppError, throwIfAborted, toAppError } from '../shared/errors.ts';
import { colourPass } from './colour-pass.ts';
import { drawnGradient } from './drawn-gradient.ts';
import { isOfGpu } from './gpu-failure.ts';
import { reportOf, Trial } from './trial.ts';
/** Side of the picture that a model is tried on: enough for every step of it, on any machine. */
const TRIED_SIZE = 64;
/** Failures that are the model's own, wherever it is run. */
const OF_MODEL = ['output/implausible', 'bug/invariant', 'gpu/failed'];
/**
 * Runs a model once on a small drawn picture, on what photographs would be run on, and where that fails on what
 * would take over.
 * @throws {AppError} `memory/exhausted` where not even its smallest size fits this machine; `model/incompatible`
 *   where it gives no colours; any other code.
 */
export async function tryModel(workshop, model, tell, signal) {
    throwIfAborted(signal);
    const { equipment } = workshop;
    await equipment.lookForGpu();
    const profile = profileOf(equipment.facts, 'auto');
    const { card } = model;
    const photograph = drawnGradient(TRIED_SIZE);
    const { lightness } = photograph;
    assertFits(() => planRun(profile, [card], lightness, { kind: 'auto', size: 'auto' }), model);
    const ladder = new Ladder(profile, [card], lightness, { kind: 'auto', size: TRIED_SIZE });
    for (;;) {
        const { plan } = ladder;
        const place = plan.backend === profile.backend ? profile : (profile.fallback ?? profile);
        const trial = new Trial(reportOf(plan, card), place, tell);
        try {
            const pass = { photograph, model, plan, pass: 'final', trial, tell, signal };
            const { colouring } = await colourPass({ ...workshop, ...pass });
            colouring.dispose();
            return;
        }
        catch (thrown) {
            const error = toAppError(thrown);
            const isOnGpu = plan.backend === 'webgpu';
            if (isOnGpu && isOfGpu(error))
                equipment.renewGpu(trial.gpu);
            if (signal.aborted || !ladder.fail(error))
                throw asOfModel(error, model);
        }
        finally {
            trial.end();
        }
    }
}
function assertFits(plan, { card }) {
    try {
        plan();
    }
    catch (cause) {
        if (!(cause instanceof AppError) || cause.code !== 'memory/exhausted')
            throw cause;
        throw new AppError('memory/exhausted', `${card.name} is too large for this machine: even its smallest size needs more memory than a page can have here.`, { cause, detail: cause.detail });
    }
}
function asOfModel(error, { card }) {
    if (!OF_MODEL.includes(error.code))
        return error;
    return new AppError('model/incompatible', error.code === 'output/implausible'
        ? `${card.name} was tried on a small picture, and what it gave cannot be colours.`
        : `${card.name} was tried on a small picture, and does not run here.`, { cause: error, detail: { ...error.detail, code: error.code, message: error.message } });
}
