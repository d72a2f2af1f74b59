import { expect, test } from 'vitest';
import { GpuTrust } from '../../../src/worker/gpu-trust.ts';
import type { Attempt } from '../../../src/worker/protocol.ts';

const tryOn = (backend: 'webgpu' | 'wasm', code: 'gpu/failed' | null = null) =>
  ({ plan: { backend }, error: code && { code } }) as Attempt;
const good = [tryOn('webgpu')];
const steppedDown = [tryOn('webgpu', 'gpu/failed'), tryOn('webgpu')];
const spoilt = [tryOn('webgpu', 'gpu/failed'), tryOn('wasm')];

/** Runs until the GPU is trusted again. */
function runsWithout(trust: GpuTrust): number {
  let runs = 0;
  while (!trust.isEarned()) runs++;
  return runs;
}

test('a GPU that spoils two runs in a row is left out for ten, then tried', () => {
  const trust = new GpuTrust();
  trust.learn(spoilt);
  expect(runsWithout(trust)).toBe(0);
  trust.learn(spoilt);
  expect(runsWithout(trust)).toBe(10);
  trust.learn(spoilt);
  expect(runsWithout(trust), 'again').toBe(10);
  trust.learn(good);
  trust.learn(spoilt);
  expect(runsWithout(trust), 'all is forgotten').toBe(0);
});

test('a run that ended on the GPU, or never was on it, says nothing against it', () => {
  const trust = new GpuTrust();
  trust.learn(spoilt);
  trust.learn(steppedDown);
  trust.learn(spoilt);
  trust.learn([tryOn('wasm')]);
  expect(runsWithout(trust)).toBe(0);
});
