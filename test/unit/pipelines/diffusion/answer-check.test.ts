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

test('what a network can say passes, also one tone for a blank', () => {
  assertAnswer(Float32Array.of(0.1, -8, 8), noisy, 8);
  assertAnswer(Float32Array.of(0.5, 0.5), new Float32Array(3).fill(1), 8);
});
