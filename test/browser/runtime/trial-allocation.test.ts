import { expect, test } from 'vitest';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { tryAllocation } from '../../../src/runtime/trial-allocation.ts';

const MIB = 2 ** 20;

/** Buffers made while `work` ran, by label and size. */
async function buffersMade(gpu: Gpu, work: () => Promise<unknown>) {
  const made: { label: string; size: number }[] = [];
  const create = gpu.device.createBuffer.bind(gpu.device);
  gpu.device.createBuffer = (descriptor) => {
    made.push({ label: descriptor.label ?? '', size: descriptor.size });
    return create(descriptor);
  };
  await work();
  gpu.device.createBuffer = create;
  return made;
}

test('what is there is had in full, in growing buffers, and given back', async () => {
  const gpu = await Gpu.open();
  const made = await buffersMade(gpu, async () => {
    expect(await tryAllocation(gpu, 60 * MIB)).toBe(60 * MIB);
  });
  expect(made.map(({ size }) => size / MIB)).toEqual([16, 32, 12]);
  expect(made.every(({ label }) => label === 'other:trial')).toBe(true);
  expect(gpu.ledger.peakBytes).toBe(60 * MIB);
  expect(gpu.ledger.liveBytes).toBe(0);
  gpu.close();
});

test('a refusal is an answer: smaller buffers fill what is left, and nothing is thrown', async () => {
  const gpu = await Gpu.open();
  let left = 70 * MIB;
  const create = gpu.device.createBuffer.bind(gpu.device);
  // The device itself refuses what its limits forbid, as a full one does: by an error in the scope.
  gpu.device.createBuffer = (descriptor) => {
    const isRefused = descriptor.size > left;
    if (!isRefused) left -= descriptor.size;
    return create(
      isRefused ? { ...descriptor, size: gpu.device.limits.maxBufferSize + 4 } : descriptor,
    );
  };
  expect(await tryAllocation(gpu, 200 * MIB)).toBe(64 * MIB);
  expect(gpu.ledger.liveBytes).toBe(0);
  gpu.close();
});

test('a device that is gone gives nothing', async () => {
  const gpu = await Gpu.open();
  gpu.close();
  expect(await tryAllocation(gpu, 32 * MIB)).toBe(0);
});
