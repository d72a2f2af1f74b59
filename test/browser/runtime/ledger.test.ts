import { expect, test } from 'vitest';
import { findAdapter } from '../../../src/runtime/gpu.ts';
import { Ledger } from '../../../src/runtime/ledger.ts';
import { totalBytes } from '../../../src/shared/memory-timeline.ts';

/** A device of its own, watched; no error may reach it. */
async function withLedger(
  work: (device: GPUDevice, ledger: Ledger) => void | Promise<void>,
): Promise<void> {
  const device = await (await findAdapter())!.requestDevice();
  const ledger = new Ledger();
  ledger.watch(device);
  device.pushErrorScope('validation');
  await work(device, ledger);
  expect(await device.popErrorScope()).toBeNull();
  device.destroy();
  expect(ledger.liveBytes).toBe(0);
}

test('buffers of a real device are counted, mapped at creation or not', () =>
  withLedger((device, ledger) => {
    const usage = GPUBufferUsage.STORAGE;
    const mapped = device.createBuffer({
      label: 'weights:a',
      size: 64,
      usage,
      mappedAtCreation: true,
    });
    mapped.unmap();
    const plain = device.createBuffer({ label: 'activations:a', size: 128, usage });
    expect(ledger.live).toEqual({ weights: 64, activations: 128, pictures: 0, other: 0 });
    plain.destroy();
    plain.destroy();
    expect(ledger.liveBytes).toBe(64);
    mapped.destroy();
    expect(ledger.liveBytes).toBe(0);
    expect(ledger.peakBytes).toBe(192);
  }));

test('a creation that throws is not counted', () =>
  withLedger((device, ledger) => {
    const size = 10;
    const create = () =>
      device.createBuffer({ size, usage: GPUBufferUsage.COPY_SRC, mappedAtCreation: true });
    // Only multiples of four can be mapped at creation.
    expect(create).toThrow(RangeError);
    expect(ledger.peakBytes).toBe(0);
  }));

test('textures and queries of a real device are counted', () =>
  withLedger((device, ledger) => {
    const texture = device.createTexture({
      label: 'pictures:view',
      size: [32, 16],
      format: 'rgba8unorm',
      mipLevelCount: 2,
      usage: GPUTextureUsage.COPY_DST,
    });
    const queries = device.createQuerySet({ type: 'occlusion', count: 8 });
    expect(ledger.live).toEqual({
      weights: 0,
      activations: 0,
      pictures: 4 * (32 * 16 + 16 * 8),
      other: 64,
    });
    texture.destroy();
    queries.destroy();
    expect(ledger.liveBytes).toBe(0);
  }));

test('two thousand buffers keep the timeline short, and the peak in it', () =>
  withLedger((device, ledger) => {
    const buffers = Array.from({ length: 2000 }, (_, i) =>
      device.createBuffer({
        label: 'activations:a',
        size: 4 * (i + 1),
        usage: GPUBufferUsage.UNIFORM,
      }),
    );
    for (const buffer of buffers) buffer.destroy();
    const { timeline, peakBytes } = ledger.report;
    const all = (4 * 2000 * 2001) / 2;
    expect(timeline.length).toBeLessThan(520);
    expect(peakBytes.activations).toBe(all);
    expect(Math.max(...timeline.map(({ bytes }) => totalBytes(bytes)))).toBe(all);
    expect(timeline.at(-1)).toMatchObject({ bytes: { activations: 0 } });
  }));

test('a device that ends takes its bytes with it, also those that are destroyed later', async () => {
  const device = await (await findAdapter())!.requestDevice();
  const ledger = new Ledger();
  ledger.watch(device);
  const buffer = device.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE });
  device.destroy();
  await device.lost;
  buffer.destroy();
  device.createBuffer({ size: 512, usage: GPUBufferUsage.STORAGE });
  expect(ledger.liveBytes).toBe(0);
  expect(ledger.peakBytes).toBe(256);
});
