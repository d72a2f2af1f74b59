import { describe, expect, it } from 'vitest';
import { drawMask, drawStroke } from '../../../../src/image/mask/draw-mask.ts';
import {
  EMPTY_MASK,
  isEmptyMask,
  strokeTo,
  withStroke,
  type MaskRecipe,
  type MaskStroke,
} from '../../../../src/image/mask/mask-recipe.ts';
import { wholeWindow, type Mask } from '../../../../src/image/mask/mask.ts';

const window = wholeWindow({ width: 40, height: 20 });

function strokeOf(
  erases: boolean,
  ...points: [x: number, y: number, radius: number][]
): MaskStroke {
  const nothing: MaskStroke = { erases, points: [] };
  return points.reduce((stroke, [x, y, radius]) => strokeTo(stroke, x, y, radius), nothing);
}

/** The rows of a mask as text. */
function rowsOf({ width, height, data }: Mask): string[] {
  return Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((value) => (value ? '#' : '.')).join(''),
  );
}

function areaOf({ data }: Mask): number {
  return data.reduce((sum, value) => sum + value, 0);
}

describe('strokes', () => {
  it('a dab is a disc around its point', () => {
    const small = wholeWindow({ width: 7, height: 5 });
    const recipe = withStroke(EMPTY_MASK, strokeOf(false, [3.5, 2.5, 1.5]));
    expect(rowsOf(drawMask(recipe, small, null))).toEqual([
      '.......',
      '..###..',
      '..###..',
      '..###..',
      '.......',
    ]);
  });

  it('two points far apart leave no gap, however thin the brush', () => {
    const mask = drawMask(
      withStroke(EMPTY_MASK, strokeOf(false, [1, 1, 0.25], [39, 19, 0.25])),
      window,
      null,
    );
    for (let x = 1; x < 39; x++) {
      const column = rowsOf(mask).map((row) => row[x]);
      expect(column).toContain('#');
    }
  });

  it('later strokes win, and erasing takes found damage away too', () => {
    const scores = new Uint8Array(800).fill(200);
    const dab = strokeOf(false, [20, 10, 3]);
    const rub = strokeOf(true, [20, 10, 5]);
    const only = { sensitivity: 0.6, strokes: [rub] };
    const again = { sensitivity: 0.6, strokes: [rub, dab] };
    const erased = 800 - areaOf(drawMask(only, window, scores));
    expect(erased).toBeGreaterThan(Math.PI * 25 - 8);
    expect(erased).toBeLessThan(Math.PI * 25 + 8);
    expect(areaOf(drawMask(again, window, scores))).toBeGreaterThan(800 - erased);
  });

  it('a stroke drawn as it grows is the stroke drawn at once', () => {
    const points = [
      [3, 3, 1],
      [20, 8, 3],
      [30, 4, 2],
      [36, 17, 4],
    ] as [number, number, number][];
    const whole = strokeOf(false, ...points);
    const grown = new Uint8Array(800);
    points.forEach((_, i) =>
      drawStroke(grown, window, strokeOf(false, ...points.slice(0, i + 1)), i),
    );
    const atOnce = drawMask(withStroke(EMPTY_MASK, whole), window, null);
    expect(rowsOf({ width: 40, height: 20, data: grown })).toEqual(rowsOf(atOnce));
  });

  it('points that say nothing new are not kept', () => {
    const stroke = strokeOf(false, [10, 10, 8]);
    expect(strokeTo(stroke, 11, 10, 8)).toBe(stroke);
    expect(strokeTo(stroke, 13, 10, 8).points).toEqual([10, 10, 8, 13, 10, 8]);
    expect(strokeTo(stroke, 10, 10, 12).points).toHaveLength(6);
  });
});

describe('recipes', () => {
  const recipe: MaskRecipe = {
    sensitivity: 0.5,
    strokes: [strokeOf(false, [3.3, 4.4, 2], [30.1, 12, 2.6]), strokeOf(true, [20, 8, 3])],
  };

  it('make the same mask again after they were written down', () => {
    const scores = Uint8Array.from({ length: 800 }, (_, i) => (i * 37) % 256);
    const again = JSON.parse(JSON.stringify(recipe)) as MaskRecipe;
    expect(drawMask(again, window, scores)).toEqual(drawMask(recipe, window, scores));
  });

  it('that only erase are empty; those with found damage or a dab are not', () => {
    expect(isEmptyMask(EMPTY_MASK)).toBe(true);
    expect(isEmptyMask({ sensitivity: null, strokes: [strokeOf(true, [1, 1, 1])] })).toBe(true);
    expect(isEmptyMask({ sensitivity: 0.9, strokes: [] })).toBe(false);
    expect(isEmptyMask(recipe)).toBe(false);
  });

  it('mark nothing found where no sensitivity is given, and from its threshold on where one is', () => {
    const scores = new Uint8Array(800);
    scores.set([101, 102, 103], 0);
    expect(areaOf(drawMask(EMPTY_MASK, window, scores))).toBe(0);
    expect(areaOf(drawMask({ sensitivity: 0.6, strokes: [] }, window, scores))).toBe(2);
  });
});

describe('windows', () => {
  it('show a part of the photograph where it lies', () => {
    const part = {
      ...window,
      region: { x: 10, y: 5, width: 10, height: 10 },
      width: 20,
      height: 20,
    };
    const whole = withStroke(EMPTY_MASK, strokeOf(false, [15, 10, 4]));
    const rows = rowsOf(drawMask(whole, part, null));
    expect(rows[10]).toBe('..################..');
  });
});
