import { expect, test } from 'vitest';
import { FAULT_KINDS, faultsNamed, SAMPLING_KINDS } from '../../fault/kinds.ts';
import { scheduleOf } from '../../fault/schedule.ts';

test('300 runs hold each kind at least twenty times', () => {
  const schedule = scheduleOf(300, 1);
  expect(schedule).toHaveLength(300);
  for (const kind of FAULT_KINDS) {
    expect(schedule.filter((run) => run.kind === kind).length).toBeGreaterThanOrEqual(20);
  }
});

test('a seed gives the same runs, another seed others', () => {
  expect(scheduleOf(50, 7)).toEqual(scheduleOf(50, 7));
  expect(scheduleOf(50, 7)).not.toEqual(scheduleOf(50, 8));
});

test('faults strike everywhere, once or again and again, under batches of both lengths', () => {
  const schedule = scheduleOf(300, 3);
  const shares = schedule.map(({ share }) => share);
  expect(Math.min(...shares)).toBeLessThan(0.05);
  expect(Math.max(...shares)).toBeGreaterThan(0.9);
  expect(Math.max(...shares)).toBeLessThan(1);
  expect(new Set(schedule.map(({ isLasting }) => isLasting)).size).toBe(2);
  expect(new Set(schedule.map(({ photographs }) => photographs))).toEqual(new Set([2, 3]));
  const once = schedule.filter(({ kind }) => kind === 'worker-terminated');
  expect(once.some(({ isLasting }) => isLasting)).toBe(false);
});

test('only the kinds that are asked for, under batches as long as is asked for', () => {
  const schedule = scheduleOf(10, 1, { kinds: ['page-hidden', 'network-cut'], photographs: 1 });
  const kinds = new Set(schedule.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['network-cut', 'page-hidden']);
  expect(new Set(schedule.map(({ photographs }) => photographs))).toEqual(new Set([1]));
});

test('a name is a kind while colouring, one of a sampler, or all of a sampler’s', () => {
  expect(faultsNamed('device-lost')).toEqual([{ job: 'colouring', kind: 'device-lost' }]);
  expect(faultsNamed('repair/cancelled')).toEqual([{ job: 'repair', kind: 'cancelled' }]);
  expect(faultsNamed('recolour').map(({ kind }) => kind)).toEqual(SAMPLING_KINDS);
  for (const name of ['cancelled', 'repair/nothing', 'nothing/cancelled', '']) {
    expect(() => faultsNamed(name)).toThrow(`No fault is called ${name}.`);
  }
});

test('a sampler is struck at moments everywhere, one photograph at a time', () => {
  const schedule = scheduleOf(100, 1, { kinds: ['repair', 'recolour'] });
  expect(new Set(schedule.map(({ job }) => job))).toEqual(new Set(['repair', 'recolour']));
  expect(new Set(schedule.map(({ photographs }) => photographs))).toEqual(new Set([1]));
  const moments = schedule.map(({ moment }) => moment);
  expect(Math.min(...moments)).toBeLessThan(0.05);
  expect(Math.max(...moments)).toBeGreaterThan(0.85);
});
