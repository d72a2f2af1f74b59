import { expect, test } from 'vitest';
import { PLAIN_LOOK } from '../../../src/image/colour/look.ts';
import { mapToGrid } from '../../../src/image/guided/mapping.ts';
import type { Chroma } from '../../../src/image/photograph.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { GpuPainter } from '../../../src/runtime/gpu-painter.ts';
import { cpuPainter } from '../../../src/runtime/painter.ts';
import { drawnChroma, drawnLightness } from '../../support/drawn-chroma.ts';

/** Runs with a device of its own; nothing may go wrong on it, and nothing may be left on it. */
async function withGpu(work: (gpu: Gpu) => Promise<void>, mark = 0): Promise<void> {
  const gpu = await Gpu.open();
  await work(gpu);
  await gpu.check(mark);
  expect(gpu.ledger.liveBytes).toBe(0);
  expect(gpu.ledger.report.peakBytes.pictures).toBeGreaterThan(0);
  gpu.close();
}

test('ab in a padded buffer on the GPU: padding stays out, the gain is applied', () =>
  withGpu(async (gpu) => {
    const chroma = drawnChroma(13, 11);
    const rows = drawnLightness(50, 40);
    const whole = { x: 0, y: 0, width: 50, height: 40 };
    const mapping = mapToGrid(chroma, whole, whole, 50, 40);
    const padded = padWithNonsense(chroma, 32, 32);
    const buffer = gpu.device.createBuffer({
      size: padded.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    gpu.device.queue.writeBuffer(buffer, 0, padded);
    const painter = new GpuPainter(gpu);
    const field = await painter.fitBuffer({
      buffer,
      rowStride: 32,
      planeStride: 32 * 32,
      width: chroma.width,
      height: chroma.height,
      gain: 1.3,
      guide: new Float32Array(chroma.guide),
      photograph: rows,
    });
    const actual = await painter.paint(field, rows, mapping, PLAIN_LOOK);
    buffer.destroy();
    field.dispose();
    const louder = { ...chroma, ab: chroma.ab.map((value) => value * 1.3) };
    const expectedField = await cpuPainter.fit(louder, rows);
    const expected = await cpuPainter.paint(expectedField, rows, mapping, PLAIN_LOOK);
    expect(mostDifference(actual, expected)).toBeLessThanOrEqual(1);
  }));

test('what the runtime did wrong is not laid at the painter’s door, nor taken from the runtime', () =>
  withGpu(async (gpu) => {
    const chroma = drawnChroma(9, 7);
    const painter = new GpuPainter(gpu);
    const rows = drawnLightness(20, 10);
    const field = await painter.fit(chroma, rows);
    const mark = gpu.mark;
    const bad = gpu.device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST });
    bad.destroy();
    gpu.device.queue.writeBuffer(bad, 0, new Uint32Array(1));
    const whole = { x: 0, y: 0, width: 20, height: 10 };
    const mapping = mapToGrid(chroma, whole, whole, 20, 10);
    await painter.paint(field, rows, mapping, PLAIN_LOOK);
    field.dispose();
    await expect(gpu.check(mark)).rejects.toMatchObject({ code: 'gpu/failed' });
  }, 1));

test('a device that is lost has its code, wherever it is noticed', async () => {
  const gpu = await Gpu.open();
  const painter = new GpuPainter(gpu);
  const chroma = drawnChroma(9, 7);
  const rows = drawnLightness(20, 10);
  const field = await painter.fit(chroma, rows);
  gpu.device.destroy();
  await gpu.device.lost;
  const mapping = { scaleX: 0.4, offsetX: 0, scaleY: 0.6, offsetY: 0 };
  const lost = { code: 'gpu/device-lost' };
  await expect(painter.paint(field, rows, mapping, PLAIN_LOOK)).rejects.toMatchObject(lost);
  await expect(painter.fit(chroma, rows)).rejects.toMatchObject(lost);
  await expect(gpu.check(gpu.mark)).rejects.toMatchObject(lost);
});

const looks = {
  plain: PLAIN_LOOK,
  strong: { strength: 1.5, saturation: 2 },
  muted: { strength: 0.6, saturation: 0.4 },
};

for (const [name, look] of Object.entries(looks)) {
  test(`rows coloured on the GPU are the processor’s: ${name}`, () =>
    withGpu(async (gpu) => {
      const chroma = drawnChroma(45, 37);
      const rows = drawnLightness(301, 203);
      const whole = { x: 0, y: 0, width: 301, height: 203 };
      const mapping = mapToGrid(chroma, whole, whole, 301, 203);
      const expected = await cpuPainter.paint(
        await cpuPainter.fit(chroma, rows),
        rows,
        mapping,
        look,
      );
      const painter = new GpuPainter(gpu);
      const field = await painter.fit(chroma, rows);
      const actual = await painter.paint(field, rows, mapping, look);
      field.dispose();
      // A colour on the very edge of sRGB may fit for one twin and be reduced by the other.
      expect(mostDifference(actual, expected)).toBeLessThanOrEqual(4);
      const apart = (levels: number) =>
        actual.filter((level, i) => Math.abs(level - expected[i]!) > levels).length / actual.length;
      expect(apart(0)).toBeLessThan(0.01);
      expect(apart(1)).toBeLessThan(0.0002);
    }));
}

function padWithNonsense(chroma: Chroma, width: number, height: number) {
  const padded = new Float32Array(2 * width * height).fill(999);
  for (const plane of [0, 1]) {
    for (let y = 0; y < chroma.height; y++) {
      const from = (plane * chroma.height + y) * chroma.width;
      padded.set(chroma.ab.subarray(from, from + chroma.width), (plane * height + y) * width);
    }
  }
  return padded;
}

function mostDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < actual.length; i++)
    most = Math.max(most, Math.abs(actual[i]! - expected[i]!));
  return most;
}
