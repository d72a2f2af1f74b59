/*
 * Every rule is written for alpha · clean + sigma · noise, so it holds for each process. With y = latent / alpha and
 * s = sigma / alpha the path without new noise is dy/ds = (y − denoised) / s (Karras et al. 2022, arXiv 2206.00364,
 * equation 1), whose right side is the expected noise.
 */
/**
 * Keeps the expected picture and the expected noise, and mixes them anew: alpha′ · clean + sigma′ · noise. On each
 * process's own levels this is Euler's step in σ, DDIM's (Song et al. 2020, arXiv 2010.02502, equation 12)
 * and Euler's step in a flow's time.
 * @param out May be `latent`.
 */
export function mixAnew(out, latent, denoised, from, to) {
    const ofLatent = to.sigma / from.sigma;
    const ofDenoised = to.alpha - from.alpha * ofLatent;
    for (let i = 0; i < out.length; i++)
        out[i] = ofLatent * latent[i] + ofDenoised * denoised[i];
}
/**
 * Heun's correction: the step from the mean of the slopes at both ends (the same paper, algorithm 1). It is taken
 * along a straight line in alpha and sigma, so that a flow's start, where alpha is 0, is no exception.
 * @param latent Is replaced by the result.
 * @param trial What {@link mixAnew} made of it at `to`, where sigma is above 0, and its estimate.
 */
export function correct(latent, denoised, trial, trialDenoised, from, to) {
    const halfSignal = (to.alpha - from.alpha) / 2;
    const halfNoise = (to.sigma - from.sigma) / 2;
    for (let i = 0; i < latent.length; i++) {
        const [clean, trialClean] = [denoised[i], trialDenoised[i]];
        const noise = (latent[i] - from.alpha * clean) / from.sigma;
        const trialNoise = (trial[i] - to.alpha * trialClean) / to.sigma;
        latent[i] = latent[i] + halfSignal * (clean + trialClean) + halfNoise * (noise + trialNoise);
    }
}
/**
 * DPM-Solver++(2M): as {@link mixAnew}, with the estimate carried on in a straight line over λ = ln(alpha / sigma)
 * from the last two (Lu et al. 2022, arXiv 2211.01095, algorithm 2).
 * @param latent Is replaced by the result.
 * @param earlier The estimate of the step before, which began at `before`.
 */
export function mixAnewWithTwo(latent, denoised, earlier, levels) {
    const { before, from, to } = levels;
    const width = logSignalToNoise(to) - logSignalToNoise(from);
    const lastWidth = logSignalToNoise(from) - logSignalToNoise(before);
    // 1 / (2r). A last step to no noise is endless in λ: there the paper's line would say nothing.
    const ahead = Number.isFinite(width) ? width / (2 * lastWidth) : 0;
    const ofLatent = to.sigma / from.sigma;
    const ofDenoised = to.alpha - from.alpha * ofLatent;
    for (let i = 0; i < latent.length; i++) {
        const estimate = denoised[i] + ahead * (denoised[i] - earlier[i]);
        latent[i] = ofLatent * latent[i] + ofDenoised * estimate;
    }
}
/**
 * How a level's noise is made of what is kept and what is new (squares add up). With eta 0 nothing is new; 1 is as
 * much as the random process itself adds (Song et al. 2020, equation 16; in σ it is the ancestral step); with `all`
 * nothing is kept.
 */
export function splitNoise(from, to, eta) {
    if (eta === 'all')
        return { kept: 0, added: to.sigma };
    // s′ / s, as products since alpha may be 0.
    const shrink = (to.sigma * from.alpha) / (to.alpha * from.sigma);
    const added = Math.min(to.sigma, eta * to.sigma * Math.sqrt(1 - shrink * shrink));
    return { kept: Math.sqrt(to.sigma * to.sigma - added * added), added };
}
/** latent + amount · noise, in place. */
export function addNoise(latent, noise, amount) {
    for (let i = 0; i < latent.length; i++)
        latent[i] = latent[i] + amount * noise[i];
}
function logSignalToNoise({ alpha, sigma }) {
    return Math.log(alpha / sigma);
}
