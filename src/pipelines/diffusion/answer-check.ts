import { AppError } from '../../shared/errors.ts';

/** By so much numbers differ that a network did not tell apart: what rounding leaves of a sum of two planes. */
const ROUNDING = 1e-5;

/**
 * Whether a network's answer to a noisy picture can be one; drivers that fail silently leave NaN, garbage, or one
 * number everywhere. Held against each answer, so that the latent before it is still good.
 * @param input what the network was given; where that is one number everywhere, so may the answer be.
 * @param most absolute value that no trained network reaches.
 * @param base what was added to what the network itself gave, of the answer's length; null where nothing was.
 * @throws {AppError} `output/implausible`.
 */
export function assertAnswer(
  answer: Float32Array,
  input: Float32Array,
  most: number,
  base: Float32Array | null = null,
): void {
  for (const value of answer) {
    if (Number.isNaN(value)) throw implausible('not-a-number');
    if (Math.abs(value) > most) throw implausible('out-of-range');
  }
  if (isFlat(answer, base) && !isFlat(input)) throw implausible('flat');
}

/** Whether values are one number everywhere, or that more than `base`. */
function isFlat(values: Float32Array, base: Float32Array | null = null): boolean {
  const told = (i: number) => values[i]! - (base?.[i] ?? 0);
  return values.every((_value, i) => Math.abs(told(i) - told(0)) < ROUNDING);
}

function implausible(problem: 'not-a-number' | 'out-of-range' | 'flat'): AppError {
  return new AppError('output/implausible', 'A step gave something that is no picture.', {
    detail: { problem },
  });
}
