import { expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/shared/errors.ts';
import { GpuPatience } from '../../../src/worker/gpu-patience.ts';
import { tryMemoryOnce, type MemoryTrial } from '../../../src/worker/memory-trial.ts';
import type { Workshop } from '../../../src/worker/workshop.ts';
import { DESKTOP } from '../planner/machines.ts';

/** What is remembered where the device ends so; no real one fails on demand. */
async function notedAfter(code: ErrorCode): Promise<MemoryTrial[]> {
  const noted: MemoryTrial[] = [];
  const equipment = {
    facts: { ...DESKTOP, deviceMemoryGiB: null },
    gpu: null,
    gpuPlace: () => Promise.reject(new AppError(code, 'No.')),
    renewGpu() {},
    memory: { noteTrial: (trial: MemoryTrial) => Promise.resolve(void noted.push(trial)) },
  };
  await tryMemoryOnce({ equipment, patience: new GpuPatience() } as unknown as Workshop);
  return noted;
}

test('a GPU that fails at the trial gave nothing', async () => {
  expect(await notedAfter('gpu/device-lost')).toMatchObject([{ gotBytes: 0 }]);
});

test('one that did not start was not tried, and nothing is held against it', async () => {
  expect(await notedAfter('gpu/unavailable')).toEqual([]);
});
