import { describe, expect, test } from 'vitest';
import {
  gaussianNoise,
  type NoiseField,
} from '../../../../src/pipelines/diffusion/gaussian-noise.ts';
import { normalOfWord } from '../../../../src/pipelines/diffusion/normal-of-word.ts';
import {
  philox4x32,
  type PhiloxCounter,
  type PhiloxKey,
} from '../../../../src/pipelines/diffusion/philox.ts';
import { moments } from './gaussian-data.ts';

const whole: NoiseField = { seed: 20261123, x: -5, y: -8, width: 64, height: 64, channels: 2 };

function drawn(field: NoiseField, draw = 0): Float32Array {
  const out = new Float32Array(field.channels * field.height * field.width);
  gaussianNoise(out, field, draw);
  return out;
}

const correlation = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;

describe('known answers', () => {
  // The vectors that come with the paper's own library, Random123 (tests/kat_vectors).
  const F = 0xffffffff;
  test.each<[PhiloxCounter, PhiloxKey, string]>([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[F, F, F, F], [F, F], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ])('Philox of %j', (counter, key, words) => {
    const out = new Uint32Array(4);
    philox4x32(counter, key, out);
    expect([...out].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(words);
  });

  // From scipy.special.ndtri, an implementation of another kind (Cephes).
  test.each([
    [0, -6.3379577545537895],
    [1, -6.166429517819751],
    [12345, -4.535422762090429],
    [0x13333332, -1.4395314720898171],
    [2 ** 31 - 1, -2.918099372916623e-10],
    [2 ** 31, 2.918099372916623e-10],
    [3000000000, 0.5200680618488762],
    [2 ** 32 - 1, 6.3379577545537895],
  ])('the normal number of %i', (word, normal) => {
    expect(Math.abs(normalOfWord(word) / normal - 1)).toBeLessThan(1e-14);
  });

  test.each([
    [{ seed: 1, x: 0, y: 0 }, 0, 0, 1.227907657623291],
    [{ seed: 1, x: 3, y: 0 }, 0, 0, 0.55709308385849],
    [{ seed: 1, x: -1, y: -1 }, 0, 0, -1.1992629766464233],
    [{ seed: 2 ** 53 - 1, x: 1000, y: 77 }, 3, 12, 0.5245051383972168],
  ])('noise at %j', (place, channel, draw, normal) => {
    const noise = drawn({ ...place, width: 1, height: 1, channels: 4 }, draw);
    expect(noise[channel]).toBe(Math.fround(normal));
  });

  test('every bit of 8192 numbers is what Python’s integers and scipy give', () => {
    const noise = drawn(whole, 5);
    const hash = new Uint32Array(noise.buffer).reduce(
      (hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0,
      0x811c9dc5,
    );
    expect(hash.toString(16)).toBe('4071dc7c');
  });
});

describe('tiles', () => {
  test.each([
    [0, 0, 64, 64],
    [1, 3, 17, 9],
    [30, 40, 34, 24],
    [2, 0, 1, 64],
  ])('a tile at %i, %i of %i × %i holds the whole’s numbers', (left, top, width, height) => {
    const all = drawn(whole);
    const tile = drawn({ ...whole, x: whole.x + left, y: whole.y + top, width, height });
    const expected = Float32Array.from({ length: tile.length }, (_, i) => {
      const [x, rows] = [i % width, Math.floor(i / width)];
      const [y, channel] = [rows % height, Math.floor(rows / height)];
      return all[(channel * whole.height + top + y) * whole.width + left + x]!;
    });
    expect(tile).toEqual(expected);
  });
});

describe('it is normal and independent', () => {
  const large = { ...whole, width: 256, height: 256, channels: 4 };
  const noise = drawn(large);
  /** Standard errors of a mean over all of it. */
  const error = 1 / Math.sqrt(noise.length);

  test('moments', () => {
    const { mean, variance } = moments(noise);
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.SQRT2 * error);
    const fourth = noise.reduce((sum, value) => sum + value ** 4, 0) / noise.length;
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96) * error);
  });

  test('as many beyond 1, 2 and 3 deviations as there should be', () => {
    for (const [bound, share] of [
      [1, 0.317310508],
      [2, 0.045500264],
      [3, 0.002699796],
    ] as const) {
      const beyond = noise.filter((value) => Math.abs(value) > bound).length / noise.length;
      expect(Math.abs(beyond - share)).toBeLessThan(4 * Math.sqrt(share) * error);
    }
  });

  test.each<[string, Float32Array]>([
    ['the next seed', drawn({ ...large, seed: large.seed + 1 })],
    ['a seed that differs above 32 bits', drawn({ ...large, seed: large.seed + 2 ** 40 })],
    ['the next draw', drawn(large, 1)],
    ['the neighbour on the right', drawn({ ...large, x: large.x + 1 })],
    ['the neighbour below', drawn({ ...large, y: large.y + 1 })],
    ['the next channel', drawn({ ...large, channels: 5 }).subarray(256 * 256)],
  ])('has nothing in common with %s', (_, other) => {
    expect(Math.abs(correlation(noise, other))).toBeLessThan(4 * error);
  });
});

test.each([-1, 1.5, 2 ** 53, NaN])('%d is no seed', (seed) => {
  expect(() => drawn({ ...whole, seed })).toThrow('A seed is a whole number');
});

test('noise of another size is refused', () => {
  expect(() => gaussianNoise(new Float32Array(5), whole, 0)).toThrow('another size');
});
