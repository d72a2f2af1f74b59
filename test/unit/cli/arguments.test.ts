import { describe, expect, test } from 'vitest';
import { readArguments, UsageError } from '../../../src/cli/arguments.mjs';

describe('readArguments', () => {
  test('fills in what is not said', () => {
    expect(readArguments(['a.jpg', '--out', 'done'])).toEqual({
      inputs: ['a.jpg'],
      out: 'done',
      strength: 1,
      size: 'auto',
      device: 'auto',
      model: null,
      format: 'png',
      report: null,
    });
  });

  test('reads every option, wherever it stands', () => {
    const line =
      '--size 384 a.jpg --out=done --strength 1.5 b --device wasm --model tiny --format jpeg --json r.json';
    expect(readArguments(line.split(' '))).toEqual({
      inputs: ['a.jpg', 'b'],
      out: 'done',
      strength: 1.5,
      size: 384,
      device: 'wasm',
      model: 'tiny',
      format: 'jpeg',
      report: 'r.json',
    });
  });

  test('answers --help before anything else', () => {
    expect(readArguments(['--help'])).toBe('help');
    expect(readArguments(['-h', '--strength', 'much'])).toBe('help');
  });

  test.for([
    ['no input', '--out done', /photograph or folder/],
    ['no --out', 'a.jpg', /--out DIR/],
    ['an unknown option', 'a.jpg --out done --scale 2', /--scale/],
    ['an option without its value', 'a.jpg --out', /--out/],
    ['a size the network has not', 'a.jpg --out done --size 300', /auto, 256, 384, 512/],
    ['an unknown device', 'a.jpg --out done --device cuda', /auto, webgpu, wasm/],
    ['an unknown format', 'a.jpg --out done --format webp', /png, jpeg/],
    ['too much colour', 'a.jpg --out done --strength 1.6', /0 to 1.5/],
    ['less than no colour', 'a.jpg --out done --strength=-0.1', /0 to 1.5/],
    ['no number', 'a.jpg --out done --strength much', /"much"/],
    ['an empty number', 'a.jpg --out done --strength=', /0 to 1.5/],
  ] as const)('refuses %s in words', ([, line, words]) => {
    const read = () => readArguments(line.split(' '));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(words);
  });
});
