import { describe, expect, test } from 'vitest';
import { floatOfHalf, halfOfFloat } from '../../../src/models/half.ts';

describe('half precision', () => {
  test('every half comes back from its number', () => {
    for (let half = 0; half < 65536; half++) {
      const value = floatOfHalf(half);
      if (Number.isNaN(value)) expect(halfOfFloat(value) & 0x7fff).toBeGreaterThan(0x7c00);
      else expect(halfOfFloat(value)).toBe(half);
    }
  });

  test.each([
    [1 + 2 ** -11, 0x3c00, 'a tie goes to even, down'],
    [1 + 3 * 2 ** -11, 0x3c02, 'a tie goes to even, up'],
    [65519.99, 0x7bff, 'the largest that rounds down'],
    [65520, 0x7c00, 'from here on infinite'],
    [2 ** -25, 0, 'half the smallest goes to even'],
    [2 ** -25 * 1.01, 1, 'just over half the smallest'],
    [-(2 ** -14), 0x8400, 'smallest normal'],
    [2047 * 2 ** -25, 1024, 'the subnormal that rounds up to a normal'],
  ])('%d is 0x%s: %s', (value, half) => {
    expect(halfOfFloat(value)).toBe(half);
  });
});
