import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { patchErrorScopes, raiseOutOfMemory } from '../../fault/platform/error-scopes.ts';

// What goes wrong on a real device, and what it is told as.
let gpu: Gpu;
// No real device runs out of memory on demand.
beforeAll(patchErrorScopes);
beforeEach(async () => {
  gpu = await Gpu.open();
});
afterEach(() => gpu.close());

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  );

function readable(): GPUBuffer {
  return gpu.device.createBuffer({
    size: 16,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
}

/** Without usage a buffer is invalid. */
const useInvalid = () => gpu.device.createBuffer({ size: 16, usage: 0 });

test('a step that is refused is told with its kind, and the next one is not blamed', async () => {
  await expect(gpu.guard(useInvalid)).rejects.toMatchObject({
    code: 'gpu/failed',
    detail: { kind: 'validation' },
  });
  expect(await codeOf(gpu.guard(readable))).toBe('ok');
  expect(gpu.isLost).toBe(false);
});

test('out of memory comes first: what was refused is invalid wherever it is used', async () => {
  const run = gpu.guard(() => {
    raiseOutOfMemory(gpu.device, 'No room.');
    return useInvalid();
  });
  await expect(run).rejects.toMatchObject({
    code: 'gpu/out-of-memory',
    detail: { message: 'No room.' },
  });
});

test('so it does among events of the device', async () => {
  const { mark } = gpu;
  const told = new Promise<void>((resolve) => {
    gpu.device.addEventListener('uncapturederror', ({ error }) => {
      if (error instanceof GPUOutOfMemoryError) resolve();
    });
  });
  useInvalid();
  await gpu.device.queue.onSubmittedWorkDone();
  raiseOutOfMemory(gpu.device, 'No room.');
  await told;
  expect(gpu.mark - mark).toBe(2);
  expect(await codeOf(gpu.check(mark))).toBe('gpu/out-of-memory');
  expect(await codeOf(gpu.check(gpu.mark))).toBe('ok');
});

test('a program that cannot be compiled is a step that is refused', async () => {
  const code = '@compute @workgroup_size(1) fn main() {}';
  const compute = (entryPoint: string) => ({
    module: gpu.device.createShaderModule({ code }),
    entryPoint,
  });
  const compile = (entryPoint: string) => () =>
    gpu.device.createComputePipelineAsync({ layout: 'auto', compute: compute(entryPoint) });
  expect(await codeOf(gpu.guard(compile('main')))).toBe('ok');
  expect(await codeOf(gpu.guard(compile('absent')))).toBe('gpu/failed');
});

test('a step that throws leaves no rejection unheard where scopes cannot be read either', async () => {
  // Chromium answers null for a device that is lost; the standard once had it reject. Vitest tells of
  // rejections that nobody hears.
  gpu.device.popErrorScope = () => Promise.reject(new DOMException('Lost.', 'OperationError'));
  const refused = gpu.guard(() => {
    throw new RangeError('No room.');
  });
  expect(await codeOf(refused)).toBe('gpu/out-of-memory');
});

test('a buffer to be filled at once that has no room is out of memory too', async () => {
  const size = 2 ** 40;
  const make = () =>
    gpu.device.createBuffer({ size, usage: GPUBufferUsage.COPY_SRC, mappedAtCreation: true });
  expect(await codeOf(gpu.guard(make))).toBe('gpu/out-of-memory');
});

test.each<[string, () => Promise<unknown>]>([
  ['reading', () => gpu.read(readable())],
  ['waiting', () => gpu.check(gpu.mark)],
  ['a step', () => gpu.guard(readable)],
])('%s on a device that is lost meanwhile is told as its loss', async (_, use) => {
  const used = use();
  gpu.device.destroy();
  expect(await codeOf(used)).toBe('gpu/device-lost');
  expect(await codeOf(use())).toBe('gpu/device-lost');
  expect(gpu.isLost).toBe(true);
});
