import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/shared/errors.ts';
import type { Attempt, PlanReport } from '../../../src/worker/protocol.ts';
import { madeOf, stepDownSentence } from '../../../src/worker/run-words.ts';

const plan: PlanReport = {
  backend: 'webgpu',
  model: 'ddcolor-pico',
  modelName: 'DDColor pico',
  variant: 'int8',
  size: 512,
  modelWidth: 512,
  modelHeight: 512,
  tileRows: 512,
  peakBytes: 1,
  reason: 'It fits.',
  considered: [],
};
const failed = (error: Attempt['error']) => ({ plan, error }) as Attempt;
const lost = failed({ code: 'gpu/device-lost', message: 'Lost.', detail: {} });

describe('stepDownSentence', () => {
  test.each<[ErrorCode, Partial<PlanReport>, string]>([
    [
      'gpu/out-of-memory',
      { size: 384 },
      'The GPU ran out of memory at size 512; size 384 was used instead.',
    ],
    [
      'net/offline',
      { backend: 'wasm', variant: 'fp32', model: 'other', modelName: 'Other' },
      'DDColor pico is not on this machine, and could not be fetched; the processor took over, slower and with colours as good.',
    ],
    [
      'gpu/stalled',
      { tileRows: 128 },
      'The GPU stopped answering at size 512; it was done in smaller pieces.',
    ],
    [
      'output/implausible',
      { variant: 'fp32' },
      'What came back from the GPU at size 512 could not be right; full precision was used instead.',
    ],
    [
      'gpu/stalled',
      { backend: 'wasm', variant: 'fp32', tileRows: 512 },
      'The GPU stopped answering at size 512; the processor took over, slower and with colours as good.',
    ],
    [
      'gpu/device-lost',
      { backend: 'wasm', size: 256 },
      'The GPU was taken away at size 512; the processor took over at size 256, slower and with colours as good.',
    ],
    [
      'gpu/limit',
      { model: 'tiny', modelName: 'DDColor tiny', size: 256 },
      'Size 512 is more than the GPU takes at once; DDColor tiny, a smaller model, was used instead.',
    ],
    ['worker/crashed', {}, 'The engine stopped at size 512; it was tried once more.'],
  ])('%s and then %o', (code, next, sentence) => {
    expect(stepDownSentence(code, plan, { ...plan, ...next })).toBe(sentence);
  });
});

test('madeOf counts the steps down', () => {
  expect(madeOf(plan, [])).toBe('size 512, int8 on WebGPU');
  expect(madeOf({ ...plan, size: 384 }, [lost])).toBe('size 384, int8 on WebGPU, 1 step down');
  const onWasm: PlanReport = { ...plan, backend: 'wasm', variant: 'fp32' };
  expect(madeOf(onWasm, [lost, lost])).toBe('size 512, fp32 on wasm, 2 steps down');
});
