/** Colours as the network gave them. */
export const PLAIN_LOOK = { strength: 1, saturation: 1 };
/** Chroma at which a lift by vibrance has fallen to half. */
export const VIBRANCE_KNEE = 40;
/**
 * A look as the two numbers that drawing needs: ab is multiplied by
 * even + lift / (1 + (chroma / {@link VIBRANCE_KNEE})²). Under 1 saturation scales evenly; over 1 it
 * lifts muted colours more than strong ones, so that skin deepens before signs glow.
 */
export function gainsOf(look) {
    return {
        even: look.strength * Math.min(look.saturation, 1),
        lift: look.strength * Math.max(look.saturation - 1, 0),
    };
}
