import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RUNTIME_BYTES } from '../../../src/runtime/onnxruntime.ts';

test.each([
  ['jspi', '.jspi'],
  ['asyncify', '.asyncify'],
  ['wasm', ''],
] as const)('the size told while the %s build is fetched is its file’s', (build, name) => {
  const file = `node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded${name}.wasm`;
  expect(RUNTIME_BYTES[build]).toBe(statSync(file).size);
});
