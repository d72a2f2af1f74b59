import { assert } from '../../shared/errors.ts';
/**
 * Karras et al. 2022 (arXiv 2206.00364), equation 5: even steps of σ^(1/ρ), which spends most of them on little noise.
 * @param rho 7 in the paper; 1 is even steps.
 * @returns `steps` + 1 numbers, the last 0.
 */
export function karrasSchedule(range, rho = 7) {
    const [from, to] = [range.max ** (1 / rho), range.min ** (1 / rho)];
    return between(range, (part) => (from + part * (to - from)) ** rho);
}
/**
 * Even steps of ln σ, that is of the logarithm of signal to noise, for which DPM-Solver++ is made (Lu et al. 2022,
 * arXiv 2211.01095, section 6).
 * @returns `steps` + 1 numbers, the last 0.
 */
export function exponentialSchedule(range) {
    const [from, to] = [Math.log(range.max), Math.log(range.min)];
    return between(range, (part) => Math.exp(from + part * (to - from)));
}
/**
 * Even steps from `max` down to 0: a flow's own time (Lipman et al. 2022, arXiv 2210.02747).
 * @returns `steps` + 1 numbers, the last 0.
 */
export function linearSchedule(steps, max = 1) {
    assertSteps(steps);
    return Float64Array.from({ length: steps + 1 }, (_, i) => (max * (steps - i)) / steps);
}
/**
 * Moves a flow's times towards noise: t → s t / (1 + (s − 1) t) (Esser et al. 2024, arXiv 2403.03206, equation
 * 23). Its ends stay where they are, 1 changes nothing, and shifts multiply.
 * @param schedule Times in 0…1.
 * @param shift Above 0; more than 1 spends more steps on much noise.
 */
export function flowShift(schedule, shift) {
    assert(shift > 0 && Number.isFinite(shift), 'A shift is a number above 0.');
    return schedule.map((t) => (shift * t) / (1 + (shift - 1) * t));
}
/**
 * The shift for a picture of more or fewer cells than the network was trained on: √(cells / trained), since
 * noise hides a large picture less (the same paper, section 5.3.2).
 */
export function shiftForSize(cells, trainedCells) {
    return Math.sqrt(cells / trainedCells);
}
/** `steps` numbers from max to min as a curve over 0…1 says, both ends exact, and a 0. One step has `max` alone. */
function between({ steps, min, max }, curve) {
    assertSteps(steps);
    assert(min > 0 && min < max && Number.isFinite(max), 'A schedule runs from max to a min above 0.');
    const schedule = Float64Array.from({ length: steps + 1 }, (_, i) => curve(i / (steps - 1)));
    schedule[steps - 1] = min;
    schedule[0] = max;
    schedule[steps] = 0;
    return schedule;
}
function assertSteps(steps) {
    assert(Number.isInteger(steps) && steps >= 1, 'Steps are a whole number, at least 1.');
}
