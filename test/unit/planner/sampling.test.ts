import { expect, test } from 'vitest';
import { planSampling } from '../../../src/planner/sampling.ts';

const processor = { backend: 'wasm', isSlow: false } as const;

test('a machine that is fast enough takes all steps, and gives no reason', () => {
  const gpu = { backend: 'webgpu', isSlow: false } as const;
  expect(planSampling(gpu, 4, 10_000, 9e9)).toEqual({ steps: 4, reason: null });
  expect(planSampling(processor, 4, 40, 9e9)).toEqual({ steps: 4, reason: null });
});

test('where there is much to do on a slow one steps are given up, never all, and it says so', () => {
  const some = planSampling(processor, 4, 200, 9e9);
  expect(some.steps).toBe(2);
  expect(some.reason).toBe('2 steps in place of 4, because there is much for the processor to do.');
  expect(planSampling(processor, 4, 100_000, 9e9).steps).toBe(1);
  const slow = planSampling({ backend: 'webgpu', isSlow: true }, 4, 4000, 9e9);
  expect(slow.steps).toBe(2);
  expect(slow.reason).toContain('this GPU');
});
