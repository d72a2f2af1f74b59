import { AppError } from '../../shared/errors.ts';

/**
 * Whether a network's answer to a noisy picture can be one; drivers that fail silently leave NaN, garbage, or one
 * number everywhere. Held against each answer, so that the latent before it is still good.
 * @param input what the network was given; where that is one number everywhere, so may the answer be.
 * @param most absolute value that no trained network reaches.
 * @throws {AppError} `output/implausible`.
 */
export function assertAnswer(answer: Float32Array, input: Float32Array, most: number): void {
  for (const value of answer) {
    if (Number.isNaN(value)) throw implausible('not-a-number');
    if (Math.abs(value) > most) throw implausible('out-of-range');
  }
  if (isFlat(answer) && !isFlat(input)) throw implausible('flat');
}

function isFlat(values: Float32Array): boolean {
  const [first] = values;
  return values.every((value) => value === first);
}

function implausible(problem: 'not-a-number' | 'out-of-range' | 'flat'): AppError {
  return new AppError('output/implausible', 'A step gave something that is no picture.', {
    detail: { problem },
  });
}
