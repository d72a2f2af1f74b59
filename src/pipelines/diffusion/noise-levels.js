import { assert } from '../../shared/errors.ts';
/**
 * A schedule's numbers as the levels of a process.
 * @param schedule What falls along the run: sigma / alpha for the first two processes, t in 0…1 for `flow`.
 */
export function noiseLevels(process, schedule) {
    switch (process) {
        case 'variance-exploding':
            return { alphas: schedule.map(() => 1), sigmas: schedule.slice() };
        case 'variance-preserving':
            return {
                alphas: schedule.map((ratio) => 1 / Math.sqrt(1 + ratio * ratio)),
                sigmas: schedule.map((ratio) => ratio / Math.sqrt(1 + ratio * ratio)),
            };
        case 'flow':
            assert(schedule.every((t) => t <= 1), 'A flow’s time does not pass 1.');
            return { alphas: schedule.map((t) => 1 - t), sigmas: schedule.slice() };
    }
}
/** The level at which step `index` begins. */
export function levelAt({ alphas, sigmas }, index) {
    return { index, alpha: alphas[index], sigma: sigmas[index] };
}
/** States what samplers rely on: numbers, at least one step, noise that falls and is gone at the end at most. */
export function assertFalling(levels) {
    const { alphas, sigmas } = levels;
    assert(alphas.length === sigmas.length && sigmas.length >= 2, 'A run has at least one step.');
    for (let i = 1; i < sigmas.length; i++) {
        const [from, to] = [levelAt(levels, i - 1), levelAt(levels, i)];
        // As products, since alpha may be 0 where nothing but noise is left.
        const falls = to.sigma * from.alpha < from.sigma * to.alpha;
        assert(falls && to.sigma >= 0, `Noise does not fall in step ${i - 1}.`);
    }
}
/**
 * Makes a noisy latent of a clean one: the start of a run (`clean` zeros or a picture), or undamaged surroundings
 * at a level in between.
 * @param out May be `clean` or `noise`.
 */
export function mixNoise(out, clean, noise, { alpha, sigma }) {
    for (let i = 0; i < out.length; i++)
        out[i] = alpha * clean[i] + sigma * noise[i];
}
