import { describe, expect, test } from 'vitest';
import { entryOf, lineOf } from '../../../src/cli/report.mjs';
import type { ColorizedFile } from '../../../src/cli/engine-page-api.ts';

const job = { input: '/scans/a.jpg', shown: 'a.jpg', output: 'out/a.png' };
const ms = { decode: 1, load: 2, infer: 3, upsample: 4, encode: 5 };
const result: ColorizedFile = {
  info: {
    id: '1',
    name: 'a.jpg',
    width: 640,
    height: 480,
    format: 'jpeg',
    isColour: false,
    frames: 1,
    decodeMs: 1,
  },
  report: {
    plan: {
      backend: 'wasm',
      model: 'ddcolor-pico',
      modelName: 'DDColor pico',
      variant: 'fp32',
      size: 256,
      modelWidth: 288,
      modelHeight: 224,
      tileRows: 224,
      peakBytes: 1,
      reason: 'It fits.',
      considered: [],
    },
    steps: ['Decoded.'],
    attempts: [],
    made: 'size 256, fp32 on wasm',
    ms,
    peakGpuBytes: 0,
    largestGpuBufferBytes: 0,
  },
  width: 640,
  height: 480,
  ms,
};

/** The fields that scripts rely on, in the documented order. */
const FIELDS =
  'input output status code message model variant width height modelWidth modelHeight device peakGpuBytes ms steps';

describe('entryOf', () => {
  test('tells all of a coloured file', () => {
    const entry = entryOf(job, { ok: true, value: result });
    expect(Object.keys(entry).join(' ')).toBe(FIELDS);
    expect(entry).toMatchObject({
      input: 'a.jpg',
      output: 'out/a.png',
      status: 'ok',
      code: null,
      model: 'ddcolor-pico',
      width: 640,
      modelWidth: 288,
      modelHeight: 224,
      device: 'wasm',
      ms,
      steps: ['Decoded.'],
    });
  });

  test('tells why a file failed, and nothing that is not known', () => {
    const error = {
      code: 'input/corrupt',
      message: 'It ends early.',
      detail: {},
      stack: '',
    } as const;
    const entry = entryOf(job, { ok: false, error });
    expect(Object.keys(entry).join(' ')).toBe(FIELDS);
    expect(entry).toMatchObject({
      output: null,
      status: 'failed',
      code: 'input/corrupt',
      message: 'It ends early.',
      width: null,
      ms: null,
      steps: [],
    });
    expect(lineOf(entry, 1)).toBe('a.jpg failed: It ends early. (input/corrupt)');
  });
});
