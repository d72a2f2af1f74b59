import { AppError, assert, throwIfAborted } from '../../shared/errors.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { assertFalling, levelAt } from './noise-levels.ts';
import { SAMPLERS } from './samplers.ts';
import { addNoise, correct, mixAnew, mixAnewWithTwo, splitNoise } from './step-rules.ts';
/**
 * A run that begins, or goes on, with a latent at the level of `step`; from its first two estimates on
 * DPM++ 2M has both again.
 */
export function stateAt(latent, step = 0) {
    return { step, latent, denoised: new Float32Array(latent.length), hasEstimate: false };
}
/**
 * Takes the steps that are left, each whole or not at all: where it throws, the state is that of the last good
 * step, and another call goes on from there as if it had not been cut, with another network if need be. Memory
 * is taken at the beginning only.
 * @param state Is changed; its arrays too. In the end `latent` is at the last level.
 * @throws {AppError} `job/aborted`; `output/implausible` where an estimate is not made of numbers; whatever
 * `denoise` and `onStep` throw.
 */
export async function sample(state, run) {
    assertFalling(run.levels);
    const sampler = SAMPLERS[run.sampler];
    const eta = run.eta ?? sampler.eta;
    assert(eta === 0 || sampler.rule === 'first-order', 'This sampler adds no noise.');
    const { length } = state.latent;
    let estimate = new Float32Array(length);
    const trial = sampler.rule === 'heun' ? stateAt(new Float32Array(length)) : null;
    const noise = eta === 0 ? null : new Float32Array(length);
    while (state.step + 1 < run.levels.sigmas.length) {
        const { latent } = state;
        const from = levelAt(run.levels, state.step);
        const to = levelAt(run.levels, state.step + 1);
        // Nothing of the state changes before the last answer of the step has come.
        await evaluate(run, latent, from, estimate);
        if (trial && to.sigma > 0) {
            mixAnew(trial.latent, latent, estimate, from, to);
            await evaluate(run, trial.latent, to, trial.denoised);
            correct(latent, estimate, trial.latent, trial.denoised, from, to);
        }
        else if (sampler.rule === 'two-estimates' && state.hasEstimate) {
            const before = levelAt(run.levels, state.step - 1);
            mixAnewWithTwo(latent, estimate, state.denoised, { before, from, to });
        }
        else if (noise) {
            const { kept, added } = splitNoise(from, to, eta);
            mixAnew(latent, latent, estimate, from, { alpha: to.alpha, sigma: kept });
            gaussianNoise(noise, run.noise, state.step + 1);
            addNoise(latent, noise, added);
        }
        else {
            mixAnew(latent, latent, estimate, from, to);
        }
        [state.denoised, estimate] = [estimate, state.denoised];
        state.hasEstimate = true;
        state.step++;
        await run.onStep?.(state);
    }
}
/** An estimate that can be built on: it came before the run was stopped, and is made of numbers. */
async function evaluate({ denoise, signal }, latent, level, denoised) {
    throwIfAborted(signal);
    await denoise(latent, level, denoised, signal);
    throwIfAborted(signal);
    if (denoised.every(Number.isFinite))
        return;
    throw new AppError('output/implausible', `Step ${level.index} gave something that is no picture.`, {
        detail: { problem: 'not-a-number', step: level.index },
    });
}
