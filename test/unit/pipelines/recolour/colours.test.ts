import { expect, test } from 'vitest';
import type { NetworkSize } from '../../../../src/planner/network-size.ts';
import {
  cellMeansOf,
  cellsOfPlanes,
  contentOfCells,
  lightnessOfCells,
} from '../../../../src/pipelines/recolour/cells.ts';
import {
  knownColours,
  respecting,
  withLocked,
} from '../../../../src/pipelines/recolour/known-colours.ts';
import { RecolourPreview } from '../../../../src/pipelines/recolour/preview.ts';
import { spreadColours, spreadHints } from '../../../../src/pipelines/recolour/spread-hints.ts';
import { timeCode } from '../../../../src/pipelines/recolour/recolour-network.ts';
import { whyNotOffered } from '../../../../src/pipelines/recolour/belonging.ts';

/** 20 × 10: dark on the left of column 10, light from there on. */
const EDGE_GRID = {
  width: 20,
  height: 10,
  guide: Float32Array.from({ length: 200 }, (_, at) => (at % 20 < 10 ? 30 : 60)),
};
const HINT = { x: 0.35, y: 0.5, a: 40, b: -20, radius: 0.4 };

test('a hint spreads over even ground and stops at an edge of lightness', () => {
  const { weight, ab } = spreadColours(EDGE_GRID, [HINT]);
  const at = (x: number, y: number) => weight[y * 20 + x]!;
  expect(at(7, 5)).toBe(1);
  expect(at(9, 5), 'on this side').toBeGreaterThan(0.7);
  expect(at(10, 5), 'beyond the edge').toBe(0);
  expect(at(0, 5), 'near the end of its way').toBeLessThan(0.1);
  expect([ab[5 * 20 + 9], ab[200 + 5 * 20 + 9]]).toEqual([40, -20]);
  const smooth = { ...EDGE_GRID, guide: new Float32Array(200) };
  expect(spreadColours(smooth, [HINT]).weight[5 * 20 + 10]).toBeGreaterThan(0.5);
});

test('shading and grain do not stop it, and where two meet they mix', () => {
  const guide = Float32Array.from({ length: 200 }, (_, at) => 40 + (at % 20) + (at % 3) * 0.2);
  const hints = [
    { x: 0.2, y: 0.5, a: 50, b: 0, radius: 0.6 },
    { x: 0.8, y: 0.5, a: -50, b: 0, radius: 0.6 },
  ];
  const { ab } = spreadColours({ width: 20, height: 10, guide }, hints);
  const row = [4, 7, 10, 13, 16].map((x) => ab[5 * 20 + x]!);
  expect(row[0]).toBeGreaterThan(40);
  expect(Math.abs(row[2]!)).toBeLessThan(10);
  expect(row[4]).toBeLessThan(-40);
  expect([...row].sort((one, other) => other - one)).toEqual(row);
});

test('colours with hints over them keep what is locked', () => {
  const chroma = { ...EDGE_GRID, ab: new Float32Array(400).fill(3) };
  const data = Uint8Array.from({ length: 200 }, (_, at) => (at % 20 < 8 ? 255 : 0));
  const lock = { mask: { width: 20, height: 10, data }, planes: chroma };
  const free = spreadHints(chroma, [HINT], null);
  const kept = spreadHints(chroma, [HINT], lock);
  expect(free[5 * 20 + 7]).toBe(40);
  expect(kept[5 * 20 + 7]).toBe(3);
  expect(kept[5 * 20 + 8]).toBe(free[5 * 20 + 8]);
});

/** 24 × 16 pixels of a photograph in a tensor of 32 × 32. */
const SIZE: NetworkSize = { contentWidth: 24, contentHeight: 16, width: 32, height: 32 };

test('cells of a photograph alone, and back', () => {
  const planes = { width: 6, height: 4, ab: Float32Array.from({ length: 48 }, (_, at) => at) };
  const cells = cellsOfPlanes(planes, SIZE);
  expect(cells.length).toBe(2 * 64);
  expect(contentOfCells(cells, SIZE)).toEqual(planes);
  expect([cells[7], cells[63]], 'the border is repeated').toEqual([5, 23]);
});

test('lightness of cells is that of the padded picture', () => {
  const guide = Float32Array.from({ length: 24 * 16 }, (_, at) => at % 24);
  const cells = lightnessOfCells({ size: SIZE, guide, gray: new Float32Array() });
  // Columns 24… show 22, 21, 20, 19, then 18, 17, 16, 15.
  const expected = [1.5, 5.5, 9.5, 13.5, 17.5, 21.5, 20.5, 16.5];
  expected.forEach((value, i) => expect(cells[i]).toBeCloseTo(value / 100, 6));
  expect(cellMeansOf(new Float32Array(32).fill(2), 1, 2, 1)).toEqual(Float32Array.of(2, 2));
});

test('what is known replaces the estimate where it is known, for every candidate', async () => {
  const input = { size: SIZE, guide: new Float32Array(24 * 16).fill(50), gray: new Float32Array() };
  const lightness = lightnessOfCells(input);
  const mask = {
    width: 6,
    height: 4,
    data: Uint8Array.from({ length: 24 }, (_, at) => (at % 6 === 0 ? 255 : 0)),
  };
  const planes = { width: 6, height: 4, ab: new Float32Array(48).fill(8) };
  const hint = { x: 0.9, y: 0.5, a: 32, b: 16, radius: 0.2 };
  const known = knownColours({ hints: [hint], lock: { mask, planes } }, input, lightness, 16);
  const told = (cell: number) => [0, 64, 128].map((plane) => known.hints[plane + cell]);
  expect(told(8), 'locked').toEqual([0.5, 0.5, 1]);
  expect(told(2 * 8 + 5), 'hinted').toEqual([2, 1, 1]);
  expect(told(2 * 8 + 3), 'free').toEqual([0, 0, 0]);
  const seen: number[] = [];
  const denoise = respecting(
    async (_latent, _level, denoised) => void denoised.fill(-1),
    known,
    (estimate) => seen.push(estimate[8]!),
  );
  const denoised = new Float32Array(2 * 2 * 64);
  await denoise(denoised.slice(), { index: 0, alpha: 0, sigma: 1 }, denoised, undefined);
  expect(seen).toEqual([-1]);
  for (const candidate of [0, 128]) {
    expect(denoised[candidate + 8]).toBe(0.5);
    expect(denoised[candidate + 64 + 2 * 8 + 5]).toBe(1);
    expect(denoised[candidate + 2 * 8 + 3]).toBe(-1);
  }
});

test('a lock on another grid is brought to this one, and is exact on its own', () => {
  const mask = { width: 2, height: 1, data: Uint8Array.of(255, 0) };
  const found = { width: 2, height: 1, ab: Float32Array.of(1, 2, 3, 4) };
  const own = { width: 2, height: 1, ab: Float32Array.of(9, 9, 9, 9) };
  expect(withLocked(found, { mask, planes: own }).ab).toEqual(Float32Array.of(9, 2, 9, 4));
  const coarse = { width: 1, height: 1, ab: Float32Array.of(5, 6) };
  expect(withLocked(found, { mask, planes: coarse }).ab).toEqual(Float32Array.of(5, 2, 6, 4));
});

test('a preview has the photograph’s shape and lightness, and the colours that are expected', () => {
  const size = { contentWidth: 256, contentHeight: 128, width: 256, height: 128 };
  const lightness = new Float32Array(64 * 32).fill(0.5);
  const preview = new RecolourPreview({ size }, lightness, 16);
  const denoised = new Float32Array(2 * 64 * 32);
  const gray = preview.draw(denoised);
  expect([gray.width, gray.height]).toEqual([32, 16]);
  expect([...gray.rgba.slice(0, 4)]).toEqual([119, 119, 119, 255]);
  denoised.fill(3, 0, 64 * 32);
  const [red, green] = preview.draw(denoised).rgba;
  expect(red! - green!).toBeGreaterThan(60);
});

test('the code of a time is that of training', () => {
  // architecture.time_code(torch.tensor([0.37]), 8), in float64.
  const rates = [1000, 100, 10, 1];
  const expected = [
    ...rates.map((rate) => Math.sin(0.37 * rate)),
    ...rates.map((rate) => Math.cos(0.37 * rate)),
  ];
  timeCode(0.37, 8).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test('a head goes with one coloriser only, which its sentence names', () => {
  const weights = (sha256: string) => ({ shards: [{ file: 'a', bytes: 1, sha256 }] }) as never;
  const head = { encoder: { id: 'pico', shards: ['aa'] } };
  const coloriser = { id: 'pico', name: 'Pico', weights: weights('aa') };
  expect(whyNotOffered(coloriser, head)).toBeNull();
  expect(whyNotOffered({ ...coloriser, weights: weights('bb') }, head)).toContain(
    'another version of Pico',
  );
  expect(
    whyNotOffered({ ...coloriser, id: 'big', name: 'Big', weights: weights('bb') }, head),
  ).toBe('Several colourings go with the model pico, and not with Big.');
});
