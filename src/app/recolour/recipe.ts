import * as v from 'valibot';
import { AppError } from '../../shared/errors.ts';
import { RECOLOUR_RANGES } from '../../worker/recolour-protocol.ts';
import type { Lock, Recipe, RecolourWishes } from '../../worker/recolour-protocol.ts';
import type { Recolour } from '../photo/settings.ts';

/** What is written beside a saved picture: how its colours can be made again from the same photograph. */
export type RecipeFile = {
  autochrome: 'colours';
  version: 1;
  /** The upright photograph that places are shares of. */
  photograph: { name: string; width: number; height: number };
  /** How the colours shown were made, in a few words. */
  made: string;
  recolour: Recolour;
};

/** A recipe of many locks within locks is a few KB; files beyond this are not read. */
export const MOST_RECIPE_BYTES = 2 ** 20;
/** Corners of an outline, and locks within locks. */
const MOST_CORNERS = 512;
const MOST_LOCKS = 16;
/** How much the sides' ratio of a photograph may differ: copies of other sizes are rounded. */
const SAME_SHAPE = 0.01;

const { vividness, radius, mostHints } = RECOLOUR_RANGES;
const within = (least: number, most: number) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const share = within(0, 1);
const seed = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hint = v.object({
  x: share,
  y: share,
  a: within(-128, 128),
  b: within(-128, 128),
  radius: within(radius.least, radius.most),
});
const place = v.object({ x: share, y: share });
const outline = v.pipe(v.array(place), v.minLength(3), v.maxLength(MOST_CORNERS));
const lock: v.GenericSchema<Lock> = v.object({
  outline,
  keeps: v.nullable(v.lazy(() => recipe)),
});
const wishes = {
  vividness: within(vividness.least, vividness.most),
  hints: v.pipe(v.array(hint), v.maxLength(mostHints)),
  lock: v.nullable(lock),
};
const recipe: v.GenericSchema<Recipe> = v.object({ ...wishes, seed });
const side = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const recipeFile: v.GenericSchema<RecipeFile> = v.object({
  autochrome: v.literal('colours'),
  version: v.literal(1),
  photograph: v.object({ name: v.string(), width: side, height: side }),
  made: v.string(),
  recolour: v.object({ ...wishes, chosen: v.nullable(recipe) }),
});

/** The same for all recipes that give the same colours, and for no others. */
export function keyOf(recipe: Recipe | null): string {
  return recipe === null ? 'answer' : JSON.stringify([recipe.seed, wishesKey(recipe)]);
}

/** The same for all wishes that mean the same. */
export function wishesKey({ vividness, hints, lock }: RecolourWishes): string {
  const spots = hints.map(({ x, y, a, b, radius }) => [x, y, a, b, radius]);
  const kept = lock && [lock.outline.map(({ x, y }) => [x, y]), keyOf(lock.keeps)];
  return JSON.stringify([vividness, spots, kept]);
}

/** The file of a recipe, as people can read it too. */
export function writeRecipe(file: RecipeFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Reads what {@link writeRecipe} wrote, for a photograph of so many pixels.
 * @throws {AppError} `input/unsupported-format` with a sentence: it is no recipe, or one for another picture.
 */
export function readRecipe(
  text: string,
  { width, height }: { width: number; height: number },
): RecipeFile {
  const parsed = v.safeParse(recipeFile, jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw refusal('This file is not a recipe of colours, or it was changed.', {
      at: v.getDotPath(issue) ?? '',
      issue: issue.message,
    });
  }
  const { photograph } = parsed.output;
  const ratio = photograph.width / photograph.height / (width / height);
  if (Math.abs(ratio - 1) > SAME_SHAPE) {
    throw refusal('This recipe is for a photograph of another shape.', { photograph });
  }
  return parsed.output;
}

/** @throws {AppError} where it is no JSON, or has more in itself than recipes have. */
function jsonOf(text: string): unknown {
  if (text.length > MOST_RECIPE_BYTES || text.split('"keeps"').length > 2 * MOST_LOCKS) {
    throw refusal('This file is too long for a recipe of colours.', { length: text.length });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal('This file is not a recipe of colours, or it was cut off.', {}, cause);
  }
}

function refusal(message: string, detail: Record<string, unknown>, cause?: unknown): AppError {
  return new AppError('input/unsupported-format', message, { detail, cause });
}
