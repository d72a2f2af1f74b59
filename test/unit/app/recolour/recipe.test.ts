import { expect, test } from 'vitest';
import {
  keyOf,
  readRecipe,
  wishesKey,
  writeRecipe,
  type RecipeFile,
} from '../../../../src/app/recolour/recipe.ts';
import type { Recipe } from '../../../../src/worker/recolour-protocol.ts';

const SIZE = { width: 320, height: 224 };
const TRIANGLE = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 0, y: 1 },
];
const first: Recipe = { seed: 3, vividness: 1.5, hints: [], lock: null };
const wishes = {
  vividness: 2,
  hints: [{ x: 0.1, y: 1, a: -20.5, b: 40, radius: 0.12 }],
  lock: {
    outline: [...TRIANGLE, { x: 0.5, y: 0.5 }],
    keeps: { ...first, lock: { outline: TRIANGLE, keeps: null } },
  },
};
const chosen: Recipe = { ...wishes, seed: 2 ** 53 - 1 };
const file: RecipeFile = {
  autochrome: 'colours',
  version: 1,
  photograph: { name: 'market.tif', ...SIZE },
  made: 'seed 5',
  recolour: { ...wishes, chosen },
};

test('a recipe is read as it was written, locks within locks too', () => {
  expect(readRecipe(writeRecipe(file), SIZE)).toEqual(file);
  // A copy of another size is the same picture.
  expect(readRecipe(writeRecipe(file), { width: 1281, height: 896 })).toEqual(file);
});

const spoil = (from: string, to: string) => writeRecipe(file).replace(from, to);

test.each([
  ['another program’s', spoil('"colours"', '"curves"')],
  ['a later version’s', spoil('"version": 1', '"version": 2')],
  ['with a seed that is no whole number', spoil(String(chosen.seed), '1.5')],
  ['with a hint outside the picture', spoil('"x": 0.1', '"x": 1.1')],
  ['with a colour that is none', spoil('"a": -20.5', '"a": null')],
  ['more vivid than can be', spoil('"vividness": 2', '"vividness": 20')],
  ['without a part', spoil('"outline"', '"inline"')],
  ['empty', ''],
  ['a letter', 'Dear museum'],
  ['cut off', writeRecipe(file).slice(0, -9)],
  ['too long', writeRecipe(file) + ' '.repeat(2 ** 20)],
  ['locked without end', '{"keeps":'.repeat(5000)],
])('one that is %s is refused', (_, text) => {
  const refused = expect.objectContaining({ code: 'input/unsupported-format' }) as Error;
  expect(() => readRecipe(text, SIZE)).toThrow(refused);
});

test('a recipe for a picture of another shape is refused', () => {
  expect(() => readRecipe(writeRecipe(file), { width: 224, height: 320 })).toThrow(/another shape/);
});

test('keys are the same for what gives the same colours, and for nothing else', () => {
  const { lock, hints, vividness, seed } = chosen;
  expect(keyOf({ lock, hints, vividness, seed })).toBe(keyOf(chosen));
  const others: (Recipe | null)[] = [
    null,
    first,
    { ...chosen, seed: 4 },
    { ...chosen, vividness: 1 },
    { ...chosen, hints: [] },
    { ...chosen, hints: [{ ...wishes.hints[0]!, radius: 0.2 }] },
    { ...chosen, lock: null },
    { ...chosen, lock: { ...wishes.lock, keeps: null } },
    { ...chosen, lock: { ...wishes.lock, outline: TRIANGLE } },
  ];
  expect(new Set([chosen, ...others].map(keyOf)).size).toBe(others.length + 1);
  expect(wishesKey(chosen)).toBe(wishesKey(wishes));
});
