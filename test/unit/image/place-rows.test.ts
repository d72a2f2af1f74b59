import { describe, expect, it } from 'vitest';
import { placeRows } from '../../../src/image/decode/place-rows.ts';

/** 3 × 2, turned clockwise by hand. */
const TURNED = {
  0: [1, 2, 3, 4, 5, 6],
  90: [4, 1, 5, 2, 6, 3],
  180: [6, 5, 4, 3, 2, 1],
  270: [3, 6, 2, 5, 1, 4],
} as const;

describe('placeRows', () => {
  it.each([0, 90, 180, 270] as const)('turns by %i degrees clockwise', (rotation) => {
    const target = new Uint8Array(6);
    const place = { width: 3, height: 2, y: 0, rows: 2 };
    placeRows(Uint8Array.of(1, 2, 3, 4, 5, 6), place, target, rotation);
    expect([...target]).toEqual([...TURNED[rotation]]);
  });

  it.each([0, 90, 180, 270] as const)(
    'puts stripes where the whole would be, at %i',
    (rotation) => {
      const [width, height] = [71, 50];
      const plane = Uint16Array.from({ length: width * height }, (_, i) => i);
      const atOnce = new Uint16Array(plane.length);
      placeRows(plane, { width, height, y: 0, rows: height }, atOnce, rotation);
      const inStripes = new Uint16Array(plane.length);
      for (let y = 0; y < height; y += 16) {
        const rows = Math.min(16, height - y);
        // A stripe's buffer may be longer than its rows.
        const stripe = new Uint16Array(16 * width);
        stripe.set(plane.subarray(y * width, (y + rows) * width));
        placeRows(stripe, { width, height, y, rows }, inStripes, rotation);
      }
      expect(inStripes).toEqual(atOnce);
      expect(new Set(atOnce).size).toBe(plane.length);
    },
  );
});
