import { describe, expect, test } from 'vitest';
import { GpuPatience } from '../../../src/worker/gpu-patience.ts';

const limits = { tickMs: 1, loadMs: 100, inferMs: 1000, paintMs: 10 };
const at = (side: number) => ({ backend: 'webgpu', modelWidth: side, modelHeight: side }) as const;

describe('a network’s run', () => {
  test('gets the limit up to 512², and more by its area above', () => {
    const patience = new GpuPatience(limits);
    expect(patience.inferMs(at(256), false)).toBe(1000);
    expect(patience.inferMs(at(512), false)).toBe(1000);
    expect(patience.inferMs(at(1024), false)).toBe(4000);
  });

  test('gets less once it is known to be quick, and never less than a part', () => {
    const patience = new GpuPatience(limits);
    patience.learn(at(512), 20);
    expect(patience.inferMs(at(512), false)).toBe(400);
    expect(patience.inferMs(at(256), false)).toBe(250);
    patience.learn(at(512), 5);
    expect(patience.inferMs(at(512), false), 'the slowest counts').toBe(400);
    patience.learn(at(512), 900);
    expect(patience.inferMs(at(512), false), 'never more than the limit').toBe(1000);
  });

  test('on wasm it has none, and teaches nothing', () => {
    const patience = new GpuPatience(limits);
    const onWasm = { ...at(512), backend: 'wasm' } as const;
    expect(patience.inferMs(onWasm, false)).toBe(Infinity);
    patience.learn(onWasm, 1);
    expect(patience.inferMs(at(512), false)).toBe(1000);
  });
});

test('a software adapter gets far more of everything', () => {
  const patience = new GpuPatience(limits);
  expect(patience.loadMs(true)).toBeGreaterThan(20 * patience.loadMs(false));
  expect(patience.inferMs(at(64), true)).toBeGreaterThan(20 * patience.inferMs(at(64), false));
  expect(patience.paintMs(true)).toBeGreaterThan(20 * patience.paintMs(false));
});

test('who paints behind a network that runs may wait for it', () => {
  const patience = new GpuPatience(limits);
  const endPass = patience.beginPass();
  expect(patience.paintMs(false)).toBeGreaterThan(patience.inferMs(at(1024), false));
  endPass();
  expect(patience.paintMs(false)).toBe(10);
});
