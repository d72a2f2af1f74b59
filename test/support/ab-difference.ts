import { abOfRgb8 } from '../../src/image/colour/lab.ts';

/** Mean distance of two pictures' colours in Lab's a and b, pixel by pixel. Both RGBA of the same size. */
export function meanAbDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error('The pictures differ in size.');
  let sum = 0;
  for (let i = 0; i < actual.length; i += 4) {
    const [a, b] = abOfRgb8(actual[i]!, actual[i + 1]!, actual[i + 2]!);
    const [a2, b2] = abOfRgb8(expected[i]!, expected[i + 1]!, expected[i + 2]!);
    sum += Math.hypot(a - a2, b - b2);
  }
  return sum / (actual.length / 4);
}
