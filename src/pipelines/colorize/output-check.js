import { AppError } from '../../shared/errors.ts';
/** sRGB reaches ±110 in a and b at its purest; what lies at or beyond it is hardly ever a colour. */
const PUREST = 110;
/** Of all values this part may be that pure: more than any sign, flag or flower fills. */
const MOST_PURE = 1 / 20;
/** No trained network strays this far, not even at one pixel. */
const BEYOND_REASON = 400;
/** ab that differ by less are one tone: the least that the shipped network gave a row, of a blank sheet, was 0.3. */
const EVEN_AB = 1e-3;
/** L* that differs by less is a blank row, which may honestly have one tone. */
const EVEN_LIGHTNESS = 2;
/** Of the rows that show something this part may be even; more, and a part of the output was never written. */
const MOST_EVEN_ROWS = 1 / 8;
/**
 * Whether ab can be a network's answer to their photograph; drivers that fail silently leave zeros,
 * garbage or NaN. Small and near-gray colours pass: night scenes, blank sheets and cautious networks are honest.
 * @returns null where nothing is wrong with them.
 */
export function findImplausible({ width, height, ab, guide }) {
    let pure = 0;
    for (const value of ab) {
        if (!Number.isFinite(value))
            return { problem: 'not-a-number', share: shareOfNaN(ab) };
        const size = Math.abs(value);
        if (size > BEYOND_REASON)
            return { problem: 'out-of-range', share: 1 / ab.length };
        if (size >= PUREST)
            pure++;
    }
    if (pure > ab.length * MOST_PURE)
        return { problem: 'saturated', share: pure / ab.length };
    const pixels = width * height;
    const isEven = (from, to) => spread(ab, from, to) < EVEN_AB && spread(ab, pixels + from, pixels + to) < EVEN_AB;
    if (spread(guide, 0, pixels) < EVEN_LIGHTNESS)
        return null;
    if (isEven(0, pixels))
        return { problem: 'flat', share: 1 };
    let even = 0;
    let shown = 0;
    for (let row = 0; row < height; row++) {
        const [from, to] = [row * width, (row + 1) * width];
        if (spread(guide, from, to) < EVEN_LIGHTNESS)
            continue;
        shown++;
        if (isEven(from, to))
            even++;
    }
    return even > shown * MOST_EVEN_ROWS ? { problem: 'flat', share: even / shown } : null;
}
/** @throws {AppError} `output/implausible` where {@link findImplausible} finds something. */
export function assertPlausible(chroma) {
    const found = findImplausible(chroma);
    if (!found)
        return;
    throw new AppError('output/implausible', 'The colours that came back cannot be right.', {
        detail: found,
    });
}
function shareOfNaN(ab) {
    return ab.filter((value) => !Number.isFinite(value)).length / ab.length;
}
/** Largest less smallest of a stretch; NaN-free. */
function spread(values, from, to) {
    let least = Infinity;
    let most = -Infinity;
    for (let i = from; i < to; i++) {
        const value = values[i];
        if (value < least)
            least = value;
        if (value > most)
            most = value;
    }
    return most - least;
}
