import { expect, test } from 'vitest';
import { planSampling } from '../../../src/planner/sampling.ts';

const processor = { backend: 'wasm', isSlow: false } as const;

test('a machine that is fast enough takes all steps, and gives no reason', () => {
  const gpu = { backend: 'webgpu', isSlow: false } as const;
  const wished = { steps: 4, views: 2 } as const;
  expect(planSampling(gpu, wished, 10_000, 9e9)).toEqual({ ...wished, reason: null });
  expect(planSampling(processor, wished, 40, 9e9)).toEqual({ ...wished, reason: null });
});

test('where there is much to do on a slow one steps are given up, never all, and it says so', () => {
  const wished = { steps: 4, views: 1 } as const;
  const some = planSampling(processor, wished, 200, 9e9);
  expect(some.steps).toBe(2);
  expect(some.reason).toBe('2 steps in place of 4, because there is much for the processor to do.');
  expect(planSampling(processor, wished, 100_000, 9e9).steps).toBe(1);
  const slow = planSampling({ backend: 'webgpu', isSlow: true }, wished, 4000, 9e9);
  expect(slow.steps).toBe(2);
  expect(slow.reason).toContain('this GPU');
});

test('views are given up before steps', () => {
  const wished = { steps: 2, views: 4 } as const;
  const some = planSampling(processor, wished, 200, 9e9);
  expect(some).toMatchObject({ steps: 2, views: 2 });
  expect(some.reason).toBe('2 views in place of 4, because there is much for the processor to do.');
  const few = planSampling(processor, wished, 1000, 9e9);
  expect(few).toMatchObject({ steps: 1, views: 1 });
  expect(few.reason).toBe(
    '1 view in place of 4 and 1 step in place of 2, because there is much for the processor to do.',
  );
});
