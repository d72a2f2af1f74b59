import { LIGHTNESS_MAX } from '../image/photograph.ts';
/** A picture to try things on: lightness that rises from the top left to the bottom right. */
export function drawnGradient(side) {
    const data = Uint16Array.from({ length: side * side }, (_, at) => {
        const steps = (at % side) + Math.floor(at / side);
        return Math.round((steps / (2 * side - 2)) * LIGHTNESS_MAX);
    });
    return { lightness: { width: side, height: side, data }, alpha: null, ownChroma: null };
}
