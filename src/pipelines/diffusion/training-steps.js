import { assert } from '../../shared/errors.ts';
/**
 * The levels of chosen training steps, and the clean one after them: √ᾱ and √(1 − ᾱ), where ᾱ is the product of
 * 1 − β up to the step (Song et al. 2020, arXiv 2010.02502).
 * @param timesteps Falling whole numbers, 0…steps−1; the network is told the one of each step.
 */
export function levelsOfTimesteps(noise, timesteps) {
    const kept = keptPart(noise);
    const kepts = Float64Array.from([...timesteps, -1], (step) => (step < 0 ? 1 : kept[step]));
    return {
        alphas: kepts.map((part) => Math.sqrt(part)),
        sigmas: kepts.map((part) => Math.sqrt(1 - part)),
    };
}
/**
 * Even training steps for DDIM, the noisiest first and always among them ("trailing", Lin et al. 2023, arXiv
 * 2305.08891, section 3.3).
 */
export function evenTimesteps(steps, trainingSteps = 1000) {
    assert(steps >= 1 && steps <= trainingSteps, 'There are as many timesteps as training had steps.');
    return Int32Array.from({ length: steps }, (_, i) => Math.round((trainingSteps * (steps - i)) / steps - 1));
}
/**
 * Training steps for LCM: taken evenly of the few that a consistency model was distilled on, which are the only
 * ones it knows (Luo et al. 2023, arXiv 2310.04378, section 4.3).
 * @param distilledSteps How many steps of its teacher's solver the training used.
 */
export function consistencyTimesteps(steps, distilledSteps = 50, trainingSteps = 1000) {
    assert(steps >= 1 && steps <= distilledSteps, 'A consistency model knows fewer steps than that.');
    const known = evenTimesteps(distilledSteps, trainingSteps);
    return Int32Array.from({ length: steps }, (_, i) => known[Math.floor((i * distilledSteps) / steps)]);
}
/** ᾱ of each training step: the part of the picture's variance that is left. */
function keptPart({ betas, first, last, steps }) {
    const root = betas === 'scaled-linear' ? 2 : 1;
    const [from, to] = [first ** (1 / root), last ** (1 / root)];
    let kept = 1;
    return Float64Array.from({ length: steps }, (_, i) => {
        kept *= 1 - (from + (i / (steps - 1)) * (to - from)) ** root;
        return kept;
    });
}
