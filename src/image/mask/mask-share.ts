import { damageIn, type DamageMap } from './damage-map.ts';
import { drawMask } from './draw-mask.ts';
import type { MaskRecipe } from './mask-recipe.ts';

/** Pixels that are looked at: enough for a tenth of a percent, and few enough for a slider. */
const MOST_PIXELS = 300_000;

/**
 * About how much of a photograph a recipe marks, 0–1: exactly so in rows that are spread evenly over it, in all of
 * them where it is small.
 */
export function maskShare(
  recipe: MaskRecipe,
  photograph: { width: number; height: number },
  map: DamageMap | null,
): number {
  const { width, height } = photograph;
  const rows = Math.max(1, Math.min(height, Math.floor(MOST_PIXELS / width)));
  let marked = 0;
  for (let row = 0; row < rows; row++) {
    const y = Math.floor(((row + 0.5) * height) / rows);
    const region = { x: 0, y, width, height: 1 };
    const window = { photograph, region, width, height: 1 };
    const { data } = drawMask(recipe, window, map && damageIn(map, window));
    for (const value of data) marked += value;
  }
  return marked / (rows * width);
}
