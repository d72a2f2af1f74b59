import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCard } from '../../../src/models/card.ts';
import { planRun } from '../../../src/planner/plan.ts';
import { profileOf, type MachineFacts } from '../../../src/planner/profile.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const shipped = parseCard(JSON.parse(readFileSync('models/ddcolor-pico/card.json', 'utf8')));

/** A model ten times as heavy, whose sizes meet every limit in the table; its halves are faithful. */
const heavy = {
  ...shipped,
  variants: { ...shipped.variants, fp16: { ...shipped.variants.fp16!, faithfulSize: 768 } },
  sizes: {
    ...shipped.sizes,
    offered: [128, 256, 384, 512, 768],
    wished: { auto: 512, people: 384, buildings: 768 },
  },
  memory: {
    measuredWith: 'made up for this test',
    fp32: [
      { size: 256, peakBytes: 450e6, largestBufferBytes: 70e6, weightBytes: 240e6 },
      { size: 512, peakBytes: 1080e6, largestBufferBytes: 270e6, weightBytes: 240e6 },
    ],
    fp16: [
      { size: 256, peakBytes: 225e6, largestBufferBytes: 35e6, weightBytes: 120e6 },
      { size: 512, peakBytes: 540e6, largestBufferBytes: 135e6, weightBytes: 120e6 },
    ],
  },
};

const adapter = (bindingBytes: number, bufferBytes: number, ...features: string[]) => ({
  isFallback: false,
  maxStorageBufferBindingSize: bindingBytes,
  maxBufferSize: bufferBytes,
  features,
});

/** Adapters as browsers report them (limits: Chrome's steps, Firefox's and Safari's figures). */
const machines: Record<string, MachineFacts> = {
  'a phone with bindings of 128 MiB': {
    adapter: adapter(128 * MIB, 256 * MIB, 'shader-f16'),
    deviceMemoryGiB: 4,
  },
  'an old phone without f16': { adapter: adapter(128 * MIB, 256 * MIB), deviceMemoryGiB: 2 },
  'Intel graphics in Firefox': { adapter: adapter(512 * MIB, GIB), deviceMemoryGiB: null },
  'a laptop with bindings of 1 GiB': {
    adapter: adapter(GIB, GIB, 'shader-f16'),
    deviceMemoryGiB: 8,
  },
  'a card with bindings of 2 GiB, no f16': {
    adapter: adapter(2 * GIB - 4, 4 * GIB),
    deviceMemoryGiB: 8,
  },
  'a card with bindings of 4 GiB': {
    adapter: adapter(4 * GIB - 4, 4 * GIB, 'shader-f16'),
    deviceMemoryGiB: 32,
  },
  SwiftShader: { adapter: { ...adapter(GIB, GIB), isFallback: true }, deviceMemoryGiB: 8 },
  'no adapter': { adapter: null, deviceMemoryGiB: 8 },
  'no adapter and nothing told': { adapter: null, deviceMemoryGiB: null },
};

const square = { width: 1000, height: 1000 };
const auto = { kind: 'auto', size: 'auto' } as const;

describe('the size and variant of a heavy model', () => {
  test.each([
    ['a phone with bindings of 128 MiB', 'webgpu', 'fp16', 256],
    ['an old phone without f16', 'webgpu', 'fp32', 128],
    ['Intel graphics in Firefox', 'webgpu', 'fp32', 256],
    ['a laptop with bindings of 1 GiB', 'webgpu', 'fp16', 512],
    ['a card with bindings of 2 GiB, no f16', 'webgpu', 'fp32', 512],
    ['a card with bindings of 4 GiB', 'webgpu', 'fp16', 512],
    ['SwiftShader', 'wasm', 'fp32', 512],
    ['no adapter', 'wasm', 'fp32', 512],
    ['no adapter and nothing told', 'wasm', 'fp32', 384],
  ])('on %s', (name, backend, variant, size) => {
    const plan = planRun(profileOf(machines[name]!, 'auto'), heavy, square, auto);
    expect(plan).toMatchObject({ backend, variant, size });
    expect(plan.considered.at(-1)).toMatchObject({ variant, size, refusedBy: null });
  });
});

test('every machine in the table runs the shipped model at the size it is best at', () => {
  for (const [name, facts] of Object.entries(machines)) {
    const plan = planRun(profileOf(facts, 'auto'), shipped, square, auto);
    expect(plan.size, name).toBe(shipped.sizes.wished.auto);
  }
});

test('what was refused is named with both numbers', () => {
  const facts = machines['a phone with bindings of 128 MiB']!;
  const { reason, considered } = planRun(profileOf(facts, 'auto'), heavy, square, auto);
  expect(considered[0]!.refusedBy).toBe('its largest buffer, 135 MB, is over the limit of 134 MB');
  expect(reason).toBe(
    'Size 256, because 512 would not fit: its largest buffer, 270 MB, is over the limit of 134 MB.',
  );
});

test('half precision is used as far as it is faithful, above that only where fp32 does not fit', () => {
  const heavyUpTo = (faithfulSize: number) => ({
    ...heavy,
    variants: { ...heavy.variants, fp16: { ...heavy.variants.fp16!, faithfulSize } },
  });
  const variantOn = (machine: string, faithfulSize: number) =>
    planRun(profileOf(machines[machine]!, 'auto'), heavyUpTo(faithfulSize), square, auto).variant;
  expect(variantOn('a card with bindings of 4 GiB', 512)).toBe('fp16');
  expect(variantOn('a card with bindings of 4 GiB', 384)).toBe('fp32');
  expect(variantOn('a laptop with bindings of 1 GiB', 384)).toBe('fp16');
});

test('the kind of photograph moves the wish, never the ceiling', () => {
  const card = machines['a card with bindings of 4 GiB']!;
  const phone = machines['a phone with bindings of 128 MiB']!;
  const sizeOn = (facts: MachineFacts, kind: 'people' | 'buildings') =>
    planRun(profileOf(facts, 'auto'), heavy, square, { kind, size: 'auto' }).size;
  expect(sizeOn(card, 'people')).toBe(384);
  expect(sizeOn(card, 'buildings')).toBe(768);
  expect(sizeOn(phone, 'buildings')).toBe(256);
});

test('a size asked for by number is kept where it fits and lowered where it does not', () => {
  const wish = { kind: 'auto', size: 768 } as const;
  const desktop = profileOf(machines['a card with bindings of 4 GiB']!, 'auto');
  expect(planRun(desktop, heavy, square, wish).size).toBe(768);
  const phone = profileOf(machines['a phone with bindings of 128 MiB']!, 'auto');
  expect(planRun(phone, heavy, square, wish).size).toBe(256);
});

test('a device that was asked for overrules the choice: SwiftShader runs when told to', () => {
  expect(profileOf(machines['SwiftShader']!, 'webgpu').backend).toBe('webgpu');
  expect(profileOf(machines['a card with bindings of 4 GiB']!, 'wasm').backend).toBe('wasm');
});

test('where nothing fits the error has a code and what was weighed', () => {
  const tiny = { ...profileOf(machines['no adapter']!, 'auto'), budgetBytes: 10 * MIB };
  expect(() => planRun(tiny, heavy, square, auto)).toThrowError(
    expect.objectContaining({ code: 'memory/exhausted' }),
  );
});
