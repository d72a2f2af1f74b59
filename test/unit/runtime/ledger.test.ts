import { expect, test } from 'vitest';
import { Ledger, ownerOf } from '../../../src/runtime/ledger.ts';
import { textureBytes } from '../../../src/runtime/texture-bytes.ts';
import { totalBytes } from '../../../src/shared/memory-timeline.ts';

/** Stands for a device: what it makes can be destroyed, and it can be lost. Nothing else is counted on. */
function standIn() {
  let lose = () => {};
  const lost = new Promise<void>((resolve) => (lose = resolve));
  const make = () => ({ destroy: () => undefined });
  const device = {
    lost,
    createBuffer: make,
    createTexture: make,
    createQuerySet: make,
    destroy: () => undefined,
  } as unknown as GPUDevice;
  return { device, lose };
}

function watched() {
  const clock = { ms: 0 };
  const { device, lose } = standIn();
  const ledger = new Ledger(() => clock.ms);
  ledger.watch(device);
  const buffer = (label: string, size: number) => device.createBuffer({ label, size, usage: 0 });
  return { clock, device, lose, ledger, buffer };
}

test('a buffer belongs to the word before its label’s colon', () => {
  expect(ownerOf('weights:encoder.conv1')).toBe('weights');
  expect(ownerOf('activations:block 3: scores')).toBe('activations');
  expect(ownerOf('pictures:stripe')).toBe('pictures');
  expect(['', 'weight:x', 'my weights:x', 'constructor:x'].map(ownerOf)).toEqual(
    Array(4).fill('other'),
  );
});

test('live, peak and largest are counted by owner', () => {
  const { ledger, buffer } = watched();
  const weights = buffer('weights:a', 100);
  const first = buffer('activations:a', 40);
  buffer('activations:b', 30);
  first.destroy();
  buffer('pictures:stripe', 35);
  weights.destroy();
  expect(ledger.live).toEqual({ weights: 0, activations: 30, pictures: 35, other: 0 });
  expect(ledger.liveBytes).toBe(65);
  expect(ledger.peakBytes).toBe(170);
  expect(ledger.largestBufferBytes).toBe(100);
  const { peakBytes, largest } = ledger.report;
  expect(peakBytes).toEqual({ weights: 100, activations: 70, pictures: 35, other: 0 });
  expect(largest).toEqual({
    weights: { bytes: 100, label: 'weights:a' },
    activations: { bytes: 40, label: 'activations:a' },
    pictures: { bytes: 35, label: 'pictures:stripe' },
    other: null,
  });
});

test('what is destroyed twice is taken off once', () => {
  const { ledger, buffer } = watched();
  buffer('', 5);
  const twice = buffer('', 7);
  twice.destroy();
  twice.destroy();
  expect(ledger.live).toEqual({ weights: 0, activations: 0, pictures: 0, other: 5 });
});

test('textures and query sets count too', () => {
  const { ledger, device } = watched();
  const texture = device.createTexture({
    label: 'pictures:view',
    size: [10, 10],
    format: 'rgba8unorm',
    usage: 0,
  });
  const queries = device.createQuerySet({ type: 'timestamp', count: 4 });
  expect(ledger.live).toEqual({ weights: 0, activations: 0, pictures: 400, other: 32 });
  texture.destroy();
  queries.destroy();
  expect(ledger.liveBytes).toBe(0);
});

test.each(['destroyed', 'lost'])('nothing is live once the device is %s', async (end) => {
  const { ledger, buffer, device, lose } = watched();
  const held = buffer('weights:a', 100);
  if (end === 'destroyed') device.destroy();
  else lose();
  if (end === 'lost') await device.lost;
  expect(ledger.liveBytes).toBe(0);
  held.destroy();
  buffer('weights:b', 50);
  expect(ledger.liveBytes).toBe(0);
  expect(ledger.peakBytes).toBe(100);
});

test('a run begins with what is live, and forgets what was before', () => {
  const { clock, ledger, buffer } = watched();
  buffer('weights:a', 100);
  buffer('activations:a', 900).destroy();
  clock.ms = 50;
  ledger.startRun();
  expect([ledger.peakBytes, ledger.largestBufferBytes]).toEqual([100, 0]);
  clock.ms = 60;
  ledger.mark('infer');
  buffer('activations:b', 30);
  clock.ms = 70;
  expect(ledger.report).toEqual({
    peakBytes: { weights: 100, activations: 30, pictures: 0, other: 0 },
    largest: {
      weights: null,
      activations: { bytes: 30, label: 'activations:b' },
      pictures: null,
      other: null,
    },
    timeline: [
      { ms: 0, bytes: { weights: 100, activations: 0, pictures: 0, other: 0 } },
      { ms: 10, bytes: { weights: 100, activations: 30, pictures: 0, other: 0 } },
      { ms: 20, bytes: { weights: 100, activations: 30, pictures: 0, other: 0 } },
    ],
    marks: [{ ms: 10, name: 'infer' }],
  });
});

test('thousands of buffers keep the timeline short and its peak right', () => {
  const { clock, ledger, buffer } = watched();
  for (let i = 0; i < 10_000; i++) {
    clock.ms = i;
    const held = buffer('activations:a', i === 6171 ? 5000 : 1000 + (i % 7));
    held.destroy();
  }
  const { timeline } = ledger.report;
  expect(timeline.length).toBeLessThan(520);
  expect(Math.max(...timeline.map(({ bytes }) => totalBytes(bytes)))).toBe(5000);
  expect(ledger.peakBytes).toBe(5000);
  expect(timeline.at(-1)).toMatchObject({ bytes: { activations: 0 } });
});

test.each<[GPUTextureFormat, GPUExtent3D, number]>([
  ['r8unorm', [4, 4], 16],
  ['rgba16float', { width: 8, height: 2 }, 128],
  ['rg11b10ufloat', [2, 2, 3], 48],
  ['depth24plus', [2, 2], 16],
  ['bgra8unorm-srgb', [3], 12],
  ['bc1-rgba-unorm', [8, 8], 32],
  ['bc7-rgba-unorm', [5, 5], 64],
  ['etc2-rgb8a1unorm', [4, 4], 8],
  ['astc-6x5-unorm', [12, 10], 64],
])('a texture of %s takes its texels', (format, size, bytes) => {
  expect(textureBytes({ format, size, usage: 0 })).toBe(bytes);
});

test('levels, samples and depth of a texture count', () => {
  const base = { format: 'r32float', usage: 0 } as const;
  expect(textureBytes({ ...base, size: [4, 4], mipLevelCount: 3 })).toBe(4 * (16 + 4 + 1));
  expect(textureBytes({ ...base, size: [4, 4], sampleCount: 4 })).toBe(4 * 64);
  expect(textureBytes({ ...base, size: [4, 4, 4], dimension: '3d', mipLevelCount: 2 })).toBe(
    4 * (64 + 8),
  );
});
