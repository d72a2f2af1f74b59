import { describe, expect, test } from 'vitest';
import {
  assertFalling,
  mixNoise,
  noiseLevels,
} from '../../../../src/pipelines/diffusion/noise-levels.ts';
import {
  exponentialSchedule,
  flowShift,
  karrasSchedule,
  linearSchedule,
  shiftForSize,
} from '../../../../src/pipelines/diffusion/sigma-schedules.ts';
import {
  consistencyTimesteps,
  evenTimesteps,
  levelsOfTimesteps,
} from '../../../../src/pipelines/diffusion/training-steps.ts';

const RANGE = { steps: 10, min: 0.0292, max: 14.6146 };

describe('from most to none', () => {
  test.each<[string, Float64Array, number, number]>([
    ['Karras', karrasSchedule(RANGE), 14.6146, 0.0292],
    ['exponential', exponentialSchedule(RANGE), 14.6146, 0.0292],
    ['linear', linearSchedule(10, 14.6146), 14.6146, 1.46146],
    ['linear of a flow', linearSchedule(10), 1, 0.1],
    ['shifted', flowShift(linearSchedule(10), 3), 1, 0.25],
  ])('%s', (_, schedule, first, last) => {
    expect(schedule).toHaveLength(11);
    expect(schedule[0]).toBe(first);
    expect(schedule[9]).toBeCloseTo(last, 12);
    expect(schedule[10]).toBe(0);
    for (let i = 1; i < schedule.length; i++) expect(schedule[i]).toBeLessThan(schedule[i - 1]!);
  });

  test.each([karrasSchedule, exponentialSchedule])('one step is the first and none', (schedule) => {
    expect([...schedule({ ...RANGE, steps: 1 })]).toEqual([14.6146, 0]);
  });
});

describe('between the ends', () => {
  test('Karras has even steps of σ^(1/7), or of σ where ρ is 1', () => {
    const roots = karrasSchedule(RANGE).map((sigma) => sigma ** (1 / 7));
    for (let i = 2; i < 10; i++) {
      expect(roots[i]! - roots[i - 1]!).toBeCloseTo(roots[1]! - roots[0]!, 12);
    }
    const even = karrasSchedule({ steps: 5, min: 1, max: 9 }, 1);
    expect([...even]).toEqual([9, 7, 5, 3, 1, 0]);
  });

  test('exponential has even ratios', () => {
    const sigmas = exponentialSchedule(RANGE);
    for (let i = 2; i < 10; i++) {
      expect(sigmas[i]! / sigmas[i - 1]!).toBeCloseTo(sigmas[1]! / sigmas[0]!, 12);
    }
  });

  test('shifts multiply, 1 is none, and the middle of 3 is at ¾', () => {
    const times = linearSchedule(8);
    expect(flowShift(times, 1)).toEqual(times);
    expect(flowShift(times, 3)[4]).toBe(0.75);
    const twice = flowShift(flowShift(times, 2), 1.5);
    flowShift(times, 3).forEach((t, i) => expect(twice[i]).toBeCloseTo(t, 12));
  });

  test('a shift hides a picture of four times the cells as well as the small one', () => {
    expect(shiftForSize(4 * 1024, 1024)).toBe(2);
    // Equation 23 keeps sigma / alpha over the square root of the cells.
    const [t, shifted] = [0.3, flowShift(Float64Array.of(0.3), 2)[0]!];
    expect(shifted / (1 - shifted)).toBeCloseTo((2 * t) / (1 - t), 12);
  });
});

describe('levels of a process', () => {
  const schedule = linearSchedule(4, 0.8);
  test.each([
    ['variance-exploding', (alpha: number) => alpha],
    ['variance-preserving', (alpha: number, sigma: number) => alpha * alpha + sigma * sigma],
    ['flow', (alpha: number, sigma: number) => alpha + sigma],
  ] as const)('%s', (process, isOne) => {
    const { alphas, sigmas } = noiseLevels(process, schedule);
    alphas.forEach((alpha, i) => expect(isOne(alpha, sigmas[i]!)).toBeCloseTo(1, 12));
    const of = process === 'variance-preserving' ? sigmas.map((s, i) => s / alphas[i]!) : sigmas;
    schedule.forEach((value, i) => expect(of[i]).toBeCloseTo(value, 12));
    expect(() => assertFalling({ alphas, sigmas })).not.toThrow();
  });

  test('a start mixes picture and noise', () => {
    const out = Float32Array.of(2, -1);
    mixNoise(out, out, Float32Array.of(4, 8), { index: 0, alpha: 0.5, sigma: 0.25 });
    expect([...out]).toEqual([2, 1.5]);
  });
});

describe('training steps', () => {
  const STABLE = { betas: 'scaled-linear', first: 0.00085, last: 0.012, steps: 1000 } as const;

  test('DDIM’s are even and begin with the noisiest', () => {
    expect([...evenTimesteps(4)]).toEqual([999, 749, 499, 249]);
    expect([...evenTimesteps(1)]).toEqual([999]);
  });

  test('LCM’s are of those it was distilled on', () => {
    expect([...consistencyTimesteps(1)]).toEqual([999]);
    expect([...consistencyTimesteps(2)]).toEqual([999, 499]);
    expect([...consistencyTimesteps(4)]).toEqual([999, 759, 499, 259]);
    const known = new Set(evenTimesteps(50));
    for (let steps = 1; steps <= 50; steps++) {
      const taken = consistencyTimesteps(steps);
      expect(taken.every((step) => known.has(step))).toBe(true);
      expect(new Set(taken).size).toBe(steps);
    }
  });

  test('known noise of Stable Diffusion, whose sigmas are 0.0292…14.6146', () => {
    const { alphas, sigmas } = levelsOfTimesteps(STABLE, Int32Array.of(999, 500, 0));
    expect(sigmas[0]! / alphas[0]!).toBeCloseTo(14.6146, 4);
    expect(sigmas[2]! / alphas[2]!).toBeCloseTo(0.0292, 4);
    expect([alphas[3], sigmas[3]]).toEqual([1, 0]);
    expect(() => assertFalling({ alphas, sigmas })).not.toThrow();
  });

  test('even β: ᾱ of DDPM’s last step', () => {
    const noise = { betas: 'linear', first: 1e-4, last: 0.02, steps: 1000 } as const;
    const { alphas } = levelsOfTimesteps(noise, Int32Array.of(999));
    expect(alphas[0]! ** 2).toBeCloseTo(4.036e-5, 8);
  });
});

describe('what is none is refused', () => {
  test.each<[string, () => unknown]>([
    ['no step', () => karrasSchedule({ ...RANGE, steps: 0 })],
    ['half a step', () => linearSchedule(1.5)],
    ['a least above the most', () => exponentialSchedule({ steps: 4, min: 2, max: 1 })],
    ['no least', () => karrasSchedule({ steps: 4, min: 0, max: 1 })],
    ['a shift of 0', () => flowShift(linearSchedule(4), 0)],
    ['a flow beyond its time', () => noiseLevels('flow', linearSchedule(4, 2))],
    ['more timesteps than were trained', () => evenTimesteps(1001)],
    ['more timesteps than were distilled', () => consistencyTimesteps(51)],
    ['one level', () => assertFalling(noiseLevels('flow', Float64Array.of(1)))],
    ['noise that rises', () => assertFalling(noiseLevels('flow', Float64Array.of(0.5, 0.6)))],
    [
      'no noise in the middle',
      () => assertFalling(noiseLevels('variance-exploding', Float64Array.of(1, 0, 0))),
    ],
    ['less than no noise', () => assertFalling(noiseLevels('flow', Float64Array.of(0.5, -0.1)))],
    ['no number', () => assertFalling(noiseLevels('flow', Float64Array.of(1, NaN)))],
  ])('%s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'bug/invariant' }));
  });
});
