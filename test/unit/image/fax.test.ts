import { describe, expect, it } from 'vitest';
import { unpackFax, type FaxKind } from '../../../src/image/decode/fax.ts';
import { FAX_IMAGES, FAX_SIZE, faxRun } from '../../support/files/fax.ts';

const { width, height } = FAX_SIZE;
const kinds = Object.keys(FAX_IMAGES) as FaxKind[];

/** The image, one bit a pixel. */
function drawn(): Uint8Array {
  const rows = new Uint8Array((width / 8) * height);
  for (let y = 0; y < height; y++) {
    const run = faxRun(y);
    for (let x = run; x < Math.min(width, 2 * run); x++) {
      rows[y * (width / 8) + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  return rows;
}

describe.each(kinds)('unpackFax, %s', (kind) => {
  const packed = FAX_IMAGES[kind];

  it('gives back every run', () => {
    const target = new Uint8Array((width / 8) * height);
    unpackFax(packed, target, width, kind);
    expect(target).toEqual(drawn());
  });

  it('refuses it where it is cut off', () => {
    for (const length of [0, 1, 50, packed.length - 30]) {
      const target = new Uint8Array((width / 8) * height);
      expect(() => unpackFax(packed.slice(0, length), target, width, kind)).toThrow(RangeError);
    }
  });

  it('ends on nonsense', () => {
    for (let at = 0; at < packed.length; at += 3) {
      const changed = packed.slice();
      changed[at]! ^= 0x5b;
      try {
        unpackFax(changed, new Uint8Array((width / 8) * height), width, kind);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });

  it('takes a million zeros, or ones, for nonsense at once', () => {
    const start = performance.now();
    for (const byte of [0, 255]) {
      const bytes = new Uint8Array(1e6).fill(byte);
      try {
        unpackFax(bytes, new Uint8Array(13 * 100), 100, kind);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
