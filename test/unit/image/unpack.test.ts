import { describe, expect, it } from 'vitest';
import { unpackLzw } from '../../../src/image/decode/lzw.ts';
import { unpackBits } from '../../../src/image/decode/packbits.ts';
import { isTooShort } from '../../../src/image/decode/unpack-chunk.ts';
import { deflate } from '../../support/files/byte-writer.ts';
import { packLzw } from '../../support/files/lzw.ts';
import { packBits } from '../../support/files/packbits.ts';

/** The same noise each time: runs, repetitions and single bytes. */
function drawnBytes(length: number): Uint8Array {
  let state = 7;
  const next = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >>> 16;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const run = 1 + (next() % 40);
    const step = next() % 3;
    for (let i = 0, value = next(); i < run && at < length; i++, value += step) bytes[at++] = value;
  }
  return bytes;
}

const packers = [
  { name: 'PackBits', pack: packBits, unpack: unpackBits },
  { name: 'LZW', pack: packLzw, unpack: unpackLzw },
];

describe.each(packers)('$name', ({ pack, unpack }) => {
  it.each([1, 2, 300, 70_000])('gives back %i bytes', (length) => {
    const bytes = drawnBytes(length);
    const target = new Uint8Array(length);
    expect(unpack(pack(bytes), target)).toBe(length);
    expect(target).toEqual(bytes);
  });

  it('gives back what repeats', () => {
    const bytes = new Uint8Array(9000).fill(5);
    const target = new Uint8Array(9000);
    expect(unpack(pack(bytes), target)).toBe(9000);
    expect(target).toEqual(bytes);
  });

  it('stops where the target is full, or the bytes end', () => {
    const bytes = drawnBytes(5000);
    const packed = pack(bytes);
    expect(unpack(packed, new Uint8Array(100))).toBe(100);
    for (let length = 0; length < packed.length; length += 7) {
      expect(unpack(packed.slice(0, length), new Uint8Array(5000))).toBeLessThan(5000);
    }
  });

  it('ends on nonsense', () => {
    const packed = pack(drawnBytes(3000));
    for (let at = 0; at < packed.length; at++) {
      const changed = packed.slice();
      changed[at]! ^= 0x5b;
      try {
        expect(unpack(changed, new Uint8Array(3000))).toBeLessThanOrEqual(3000);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});

describe('LZW', () => {
  it('refuses a code that is not known yet, which hangs decoders that follow it', () => {
    const bits = [256, 65, 259, 65, 259, 257].map((code) => code.toString(2).padStart(9, '0'));
    const bytes = bits.join('').match(/.{1,8}/g)!;
    const packed = Uint8Array.from(bytes, (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
    expect(() => unpackLzw(packed, new Uint8Array(64))).toThrow(RangeError);
  });
});

describe('isTooShort', () => {
  it('believes what packers can do, and no more', () => {
    for (const { pack, number } of [
      { pack: packBits, number: 32773 },
      { pack: packLzw, number: 5 },
    ]) {
      const packed = pack(new Uint8Array(200_000)).length;
      expect(isTooShort(packed, number, 200_000)).toBe(false);
      expect(isTooShort(packed / 100, number, 200_000)).toBe(true);
    }
    expect(isTooShort(99, 1, 100)).toBe(true);
    expect(isTooShort(100, 1, 100)).toBe(false);
    expect(isTooShort(1, 4, 1e6)).toBe(false);
  });

  it('believes deflate', async () => {
    const packed = await deflate(new Uint8Array(200_000));
    expect(isTooShort(packed.length, 8, 200_000)).toBe(false);
  });
});
