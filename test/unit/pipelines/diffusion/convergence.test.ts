import { describe, expect, test } from 'vitest';
import { noiseLevels, type NoiseLevels } from '../../../../src/pipelines/diffusion/noise-levels.ts';
import type { SamplerName } from '../../../../src/pipelines/diffusion/samplers.ts';
import {
  exponentialSchedule,
  flowShift,
  karrasSchedule,
  linearSchedule,
} from '../../../../src/pipelines/diffusion/sigma-schedules.ts';
import { errorOf } from './gaussian-data.ts';

/** Without the last step to no noise: its error depends on the least noise, not on the number of steps. */
const aboveZero = (schedule: Float64Array) => schedule.slice(0, -1);
const range = (steps: number) => ({ steps: steps + 1, min: 0.05, max: 10 });
const exploding = (schedule: Float64Array) => noiseLevels('variance-exploding', schedule);
const preserving = (schedule: Float64Array) => noiseLevels('variance-preserving', schedule);
const flow = (schedule: Float64Array) => noiseLevels('flow', schedule);

const karras = (steps: number) => exploding(aboveZero(karrasSchedule(range(steps))));
const even = (steps: number) => exploding(aboveZero(exponentialSchedule(range(steps))));
const flowTime = (steps: number) => flow(linearSchedule(steps));

/** Each halving of the steps divides the error by 2 to the power of the order. */
async function ordersOf(
  sampler: SamplerName,
  levels: (steps: number) => NoiseLevels,
): Promise<number[]> {
  const errors: number[] = [];
  for (const steps of [16, 32, 64]) errors.push(await errorOf(sampler, levels(steps)));
  return errors.slice(1).map((error, i) => Math.log2(errors[i]! / error));
}

describe('halving the steps halves the error', () => {
  test.each<[SamplerName, string, (steps: number) => NoiseLevels]>([
    ['euler', 'Karras', karras],
    ['euler', 'exponential', even],
    ['ddim', 'variance kept', (n) => preserving(aboveZero(karrasSchedule(range(n))))],
    ['flow-euler', 'from nothing but noise to none', flowTime],
    ['flow-euler', 'shifted', (n) => flow(flowShift(linearSchedule(n), 3))],
  ])('%s, %s', async (sampler, _, levels) => {
    for (const order of await ordersOf(sampler, levels)) {
      expect(order).toBeGreaterThan(0.9);
      expect(order).toBeLessThan(1.1);
    }
  });
});

describe('halving the steps quarters the error', () => {
  test.each<[SamplerName, string, (steps: number) => NoiseLevels]>([
    ['heun', 'Karras', karras],
    ['heun', 'variance kept', (n) => preserving(aboveZero(karrasSchedule(range(n))))],
    ['heun', 'a flow, from nothing but noise to none', flowTime],
    ['dpmpp-2m', 'exponential', even],
    ['dpmpp-2m', 'variance kept', (n) => preserving(aboveZero(exponentialSchedule(range(n))))],
    ['dpmpp-2m-karras', 'Karras', karras],
  ])('%s, %s', async (sampler, _, levels) => {
    for (const order of await ordersOf(sampler, levels)) {
      expect(order).toBeGreaterThan(1.85);
      expect(order).toBeLessThan(2.15);
    }
  });
});

test('whole runs end near the exact picture, the second order nearer', async () => {
  const levels = exploding(karrasSchedule({ steps: 20, min: 0.002, max: 80 }));
  const euler = await errorOf('euler', levels);
  expect(euler).toBeLessThan(0.25);
  for (const sampler of ['heun', 'dpmpp-2m-karras'] as const) {
    expect(await errorOf(sampler, levels)).toBeLessThan(euler / 2);
  }
});

// Its lines over ln(alpha / sigma) say nothing of the first steps, where that is endless: no full order there.
test('a flow’s whole time gains by two estimates too', async () => {
  const euler = await errorOf('flow-euler', flowTime(32));
  expect(await errorOf('dpmpp-2m', flowTime(32))).toBeLessThan(euler / 5);
});
