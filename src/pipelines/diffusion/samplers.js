/**
 * Euler, Heun: Karras et al. 2022 (arXiv 2206.00364). DPM++ 2M: Lu et al. 2022 (arXiv 2211.01095). DDIM: Song et al.
 * 2020 (arXiv 2010.02502). LCM, multistep consistency sampling: Luo et al. 2023 (arXiv 2310.04378). Flow matching:
 * Lipman et al. 2022 (arXiv 2210.02747).
 *
 * Euler, DDIM and flow Euler are one rule: they differ by the levels that they are run on. What LCM is given as
 * the clean picture must be a consistency model's answer.
 */
export const SAMPLERS = {
    euler: { rule: 'first-order', eta: 0, schedule: null },
    'euler-ancestral': { rule: 'first-order', eta: 1, schedule: null },
    heun: { rule: 'heun', eta: 0, schedule: null },
    'dpmpp-2m': { rule: 'two-estimates', eta: 0, schedule: null },
    'dpmpp-2m-karras': { rule: 'two-estimates', eta: 0, schedule: 'karras' },
    ddim: { rule: 'first-order', eta: 0, schedule: null },
    lcm: { rule: 'first-order', eta: 'all', schedule: null },
    'flow-euler': { rule: 'first-order', eta: 0, schedule: null },
};
/** Evaluations of the denoiser in a run that ends without noise: what its time grows with. */
export function evaluationsOf(name, steps) {
    return SAMPLERS[name].rule === 'heun' ? 2 * steps - 1 : steps;
}
/** Arrays of a latent's size that a run holds, with the latent itself and its estimates. */
export function latentsOf(name) {
    const { rule, eta } = SAMPLERS[name];
    return 3 + (rule === 'heun' ? 2 : 0) + (eta === 0 ? 0 : 1);
}
