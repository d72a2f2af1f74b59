import { expect, test } from 'vitest';
import { choosePreset, wishedSize } from '../../../src/planner/presets.ts';
import { cardOf } from './machines.ts';

test('speed and memory together choose the preset', () => {
  expect(choosePreset({ warmMs: 8, gotBytes: 3.2e9 })).toBe('high');
  expect(choosePreset({ warmMs: 8, gotBytes: 1e9 })).toBe('medium');
  expect(choosePreset({ warmMs: 400, gotBytes: 3.2e9 })).toBe('medium');
  expect(choosePreset({ warmMs: 8, gotBytes: 2e8 })).toBe('low');
  expect(choosePreset({ warmMs: 60_000, gotBytes: 3.2e9 })).toBe('low');
});

test('a preset moves the wish to the next offered size, and no further than there are', () => {
  const { sizes } = cardOf('any');
  expect(wishedSize(sizes, 'auto', 'medium')).toBe(512);
  expect(wishedSize(sizes, 'auto', 'low')).toBe(384);
  expect(wishedSize(sizes, 'auto', 'high')).toBe(768);
  expect(wishedSize(sizes, 'buildings', 'high')).toBe(768);
  expect(wishedSize({ ...sizes, offered: [512] }, 'auto', 'low')).toBe(512);
});
