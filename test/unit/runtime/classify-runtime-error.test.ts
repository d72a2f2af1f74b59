import { expect, test } from 'vitest';
import { classifyRuntimeError } from '../../../src/runtime/classify-runtime-error.ts';
import { AppError } from '../../../src/shared/errors.ts';

test.each([
  ['failed to call OrtRun(). ERROR_MESSAGE: std::bad_alloc', false, 'memory/exhausted'],
  ['RangeError: Array buffer allocation failed', false, 'memory/exhausted'],
  ['RangeError: Array buffer allocation failed', true, 'memory/exhausted'],
  ['WebGPU validation failed. Binding size is larger', true, 'gpu/failed'],
  ['failed to call OrtRun(). ERROR_CODE: 1', false, 'bug/invariant'],
])('%s (on a GPU: %s) is %s', (words, isOnGpu, code) => {
  expect(classifyRuntimeError(new Error(words), isOnGpu)).toMatchObject({ code });
  expect(classifyRuntimeError(words, isOnGpu)).toMatchObject({ code });
});

test('what has a code already keeps it', () => {
  const error = new AppError('job/aborted', 'Stopped.');
  expect(classifyRuntimeError(error, true)).toBe(error);
});
