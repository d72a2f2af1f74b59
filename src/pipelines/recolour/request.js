import { AppError } from '../../shared/errors.ts';
/** Guidance that can be asked for, and what is asked where nothing is said. */
export const VIVIDNESS = { least: 1, usual: 1.5, most: 3 };
/** Steps of each mode, and how many may be asked for. */
export const STEPS = { draft: 3, final: 8, most: 50 };
/** Reach of a hint in parts of the longer side, and what is usual. */
export const HINT_RADIUS = { least: 0.01, usual: 0.12, most: 0.5 };
/** Candidates of one request, and hints. */
export const MOST_SEEDS = 64;
export const MOST_HINTS = 64;
/** Steps that a request takes. */
export function stepsOf({ mode, steps }) {
    return steps ?? STEPS[mode];
}
/** @throws {AppError} `bug/invariant` naming what is out of its range: pages offer nothing of the kind. */
export function checkRequest(request) {
    const { seeds, vividness, hints, lock } = request;
    const isSeed = (seed) => Number.isSafeInteger(seed) && seed >= 0;
    claim(seeds.length >= 1 && seeds.length <= MOST_SEEDS, `1 to ${MOST_SEEDS} seeds`);
    claim(seeds.every(isSeed), 'seeds that are whole numbers from 0');
    claim(new Set(seeds).size === seeds.length, 'no seed twice');
    claim(isWithin(vividness, VIVIDNESS.least, VIVIDNESS.most), 'a vividness of 1 to 3');
    const steps = stepsOf(request);
    claim(Number.isInteger(steps) && isWithin(steps, 1, STEPS.most), `1 to ${STEPS.most} steps`);
    claim(hints.length <= MOST_HINTS, `${MOST_HINTS} hints at most`);
    for (const { x, y, a, b, radius } of hints) {
        claim(isWithin(x, 0, 1) && isWithin(y, 0, 1), 'hints inside the photograph');
        claim(isWithin(a, -128, 128) && isWithin(b, -128, 128), 'hints with a colour of Lab');
        claim(isWithin(radius, HINT_RADIUS.least, HINT_RADIUS.most), 'hints with a radius of 0.01–0.5');
    }
    if (!lock)
        return;
    const { mask, planes } = lock;
    claim(mask.data.length === mask.width * mask.height && mask.data.length > 0, 'a whole mask');
    claim(planes.ab.length === 2 * planes.width * planes.height, 'whole planes to keep');
    claim(planes.ab.length > 0 && planes.ab.every(Number.isFinite), 'planes made of numbers');
}
function isWithin(value, least, most) {
    return value >= least && value <= most;
}
function claim(isTrue, what) {
    if (isTrue)
        return;
    throw new AppError('bug/invariant', `Several colourings need ${what}.`, { detail: { what } });
}
