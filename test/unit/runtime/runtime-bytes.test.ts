import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RUNTIME_BYTES } from '../../../src/runtime/onnxruntime.ts';

test('the size told while onnxruntime is fetched is its file’s', () => {
  const file = 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm';
  expect(RUNTIME_BYTES).toBe(statSync(file).size);
});
