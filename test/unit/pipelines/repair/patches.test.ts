import { expect, test } from 'vitest';
import { applyPatches } from '../../../../src/pipelines/repair/patches.ts';

test('only repaired pixels are written', () => {
  const plane = { width: 4, height: 3, data: Uint16Array.from({ length: 12 }, (_, i) => 100 + i) };
  const patch = {
    ...{ x: 1, y: 1, width: 2, height: 2 },
    mask: Uint8Array.of(1, 0, 0, 1),
    lightness: Uint16Array.of(1, 2, 3, 4),
  };
  applyPatches(plane, [patch]);
  expect([...plane.data]).toEqual([100, 101, 102, 103, 104, 1, 106, 107, 108, 109, 4, 111]);
});
