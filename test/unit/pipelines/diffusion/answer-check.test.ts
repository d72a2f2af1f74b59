import { expect, test } from 'vitest';
import { assertAnswer } from '../../../../src/pipelines/diffusion/answer-check.ts';

const noisy = Float32Array.of(0.1, -0.4, 2);

test.each([
  ['not-a-number', [0, NaN, 1]],
  ['out-of-range', [0, 9, 1]],
  ['out-of-range', [0, -Infinity, 1]],
  ['flat', [0.3, 0.3, 0.3]],
])('an answer that is %s is no picture', (problem, values) => {
  const check = () => assertAnswer(Float32Array.from(values), noisy, 8);
  const expected = { code: 'output/implausible', detail: { problem } };
  expect(check).toThrow(expect.objectContaining(expected));
});

test('an answer that is what was known but for one number is no picture', () => {
  const base = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  for (const number of [0, 7.3, -3]) {
    const check = () =>
      assertAnswer(
        base.map((value) => value + number),
        base,
        8.5,
        base,
      );
    const expected = { code: 'output/implausible', detail: { problem: 'flat' } };
    expect(check).toThrow(expect.objectContaining(expected));
  }
  assertAnswer(
    base.map((value, i) => value + i / 1000),
    base,
    8,
    base,
  );
});

test('what a network can say passes, also one tone for a blank', () => {
  assertAnswer(Float32Array.of(0.1, -8, 8), noisy, 8);
  assertAnswer(Float32Array.of(0.5, 0.5), new Float32Array(3).fill(1), 8);
});
