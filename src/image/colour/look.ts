/** How predicted colours are shown. */
export type ColourLook = {
  /** Multiplies ab, 0–1.5. */
  strength: number;
  /** Vibrance, 0–2; 1 leaves chroma as it is. */
  saturation: number;
};

/** Colours as the network gave them. */
export const PLAIN_LOOK: ColourLook = { strength: 1, saturation: 1 };

/** Chroma at which a lift by vibrance has fallen to half. */
export const VIBRANCE_KNEE = 40;

/**
 * The factor by which ab of chroma `chroma` is multiplied. Under 1 saturation scales evenly; over 1
 * it lifts muted colours more than strong ones, so that skin deepens before signs glow.
 */
export function lookGain(look: ColourLook, chroma: number): number {
  const change = look.saturation - 1;
  const weight = change > 0 ? 1 / (1 + (chroma / VIBRANCE_KNEE) ** 2) : 1;
  return look.strength * (1 + change * weight);
}
