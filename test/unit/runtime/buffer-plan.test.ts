import { expect, test } from 'vitest';
import { VARIANTS } from '../../../src/models/variant.ts';
import { ddcolor } from '../../../src/pipelines/colorize/ddcolor.ts';
import { DdcolorWeights } from '../../../src/pipelines/colorize/ddcolor-weights.ts';
import { bytesOfScalar, planBuffers } from '../../../src/runtime/network/buffer-plan.ts';
import { planSlabs, weightBytes } from '../../../src/runtime/network/gpu-weights.ts';
import type { Program, Tensor } from '../../../src/runtime/network/program.ts';
import { PUBLISHED_TINY, randomDdcolor } from '../../../src/bench/random-ddcolor.ts';

const weights = new DdcolorWeights(randomDdcolor(PUBLISHED_TINY, 1), 1);
const gray = { slope: [0, 0], offset: [0, 0] } as const;
const publishedTiny = (side: number) => ddcolor(weights, side, side, gray, side).program;

test.each(VARIANTS)('no two tensors that live at once share a buffer in %s', (variant) => {
  for (const [width, height, tileRows] of [
    [256, 256, 256],
    [96, 224, 64],
    [512, 64, 32],
  ] as const) {
    const { program } = ddcolor(weights, width, height, gray, tileRows);
    const { bufferOf, sizes } = planBuffers(program, variant);
    const lives = livesOf(program);
    const tensors = [...bufferOf.keys()];
    for (const tensor of tensors) {
      const bytes = tensor.elements * bytesOfScalar(tensor.scalar, variant);
      expect(sizes[bufferOf.get(tensor)!]).toBeGreaterThanOrEqual(bytes);
    }
    for (const [i, a] of tensors.entries()) {
      for (const b of tensors.slice(i + 1)) {
        if (bufferOf.get(a) !== bufferOf.get(b)) continue;
        const [x, y] = [lives.get(a)!, lives.get(b)!];
        expect(x.to < y.from || y.to < x.from, 'one ends before the other begins').toBe(true);
      }
    }
  }
});

test('the published tiny network at 512² takes what is promised', () => {
  const program = publishedTiny(512);
  const peak = (variant: (typeof VARIANTS)[number]) =>
    sum(planBuffers(program, variant).sizes) + sum(planSlabs(weightBytes(program, variant)).sizes);
  expect(peak('fp16')).toBeLessThan(200e6);
  expect(peak('int8')).toBeLessThan(220e6);
  expect(peak('fp32')).toBeLessThan(620e6);
  const largest = Math.max(...planBuffers(program, 'fp16').sizes);
  expect(largest).toBeLessThanOrEqual(64e6);
});

test('tiles of `paint` save nothing of the peak, which the encoder has: the ladder counts on it', () => {
  const peak = (tileRows: number) =>
    sum(planBuffers(ddcolor(weights, 512, 512, gray, tileRows).program, 'int8').sizes);
  expect(peak(32)).toBe(peak(512));
});

test('an article’s failing size, 1280², takes less than a gigabyte', () => {
  const program = publishedTiny(1280);
  const bytes = sum(planBuffers(program, 'fp16').sizes);
  expect(bytes + sum(planSlabs(weightBytes(program, 'fp16')).sizes)).toBeLessThan(1e9);
});

test('slabs hold each weight at an offset that can be bound', () => {
  const bytes = new Map([
    ['small', 12],
    ['large', 40 * 2 ** 20],
    ['next', 100],
    ['last', 16 * 2 ** 20 - 300],
  ]);
  const { sizes, places } = planSlabs(bytes);
  const ends = sizes.map(() => 0);
  for (const [name, { slab, offset, size }] of places) {
    expect(size).toBe(bytes.get(name));
    expect(offset % 256).toBe(0);
    expect(offset).toBeGreaterThanOrEqual(ends[slab]!);
    ends[slab] = offset + size;
    expect(ends[slab]).toBeLessThanOrEqual(sizes[slab]!);
  }
  expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(56 * 2 ** 20 + 2048);
});

function livesOf(program: Program): Map<Tensor, { from: number; to: number }> {
  const lives = new Map<Tensor, { from: number; to: number }>();
  for (const tensor of program.kept) lives.set(tensor, { from: -1, to: Infinity });
  program.steps.forEach(({ operands }, step) => {
    for (const operand of operands) {
      if (operand.kind !== 'tensor' || program.kept.has(operand.tensor)) continue;
      const held = lives.get(operand.tensor);
      if (held) held.to = step;
      else lives.set(operand.tensor, { from: step, to: step });
    }
  });
  return lives;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
