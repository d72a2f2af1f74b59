import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCard } from '../../../src/models/card.ts';
import { planRun } from '../../../src/planner/plan.ts';
import { profileOf, type MachineFacts } from '../../../src/planner/profile.ts';
import { cardOf, DESKTOP, GIB, machine, MIB, PHONE } from './machines.ts';

const shipped = parseCard(JSON.parse(readFileSync('models/ddcolor-pico/card.json', 'utf8')));
const heavy = cardOf('heavy');
const light = cardOf('light', 0.25);

const bindings = (maxStorageBufferBindingSize: number, maxBufferSize: number) => ({
  maxStorageBufferBindingSize,
  maxBufferSize,
});
const half = { features: ['shader-f16'] };

/** Adapters as browsers report them (limits: Chrome's steps, Firefox's and Safari's figures). */
const machines: Record<string, MachineFacts> = {
  'a phone with bindings of 128 MiB': PHONE,
  'an old phone without f16': machine(bindings(128 * MIB, 256 * MIB), { deviceMemoryGiB: 2 }),
  'an iPhone': machine({ ...bindings(GIB, GIB), ...half, vendor: 'apple' }, { mobile: 'ios' }),
  'Intel graphics in Firefox': machine(bindings(512 * MIB, GIB), { deviceMemoryGiB: null }),
  'a laptop with bindings of 1 GiB': machine({ ...bindings(GIB, GIB), ...half }),
  'a card with bindings of 2 GiB, no f16': machine(bindings(2 * GIB - 4, 4 * GIB)),
  'a card with bindings of 4 GiB': DESKTOP,
  'a card whose half precision was wrong': { ...DESKTOP, isHalfProven: false },
  SwiftShader: machine({ isFallback: true }),
  'no adapter': machine(null),
  'no adapter and nothing told': machine(null, { deviceMemoryGiB: null }),
};

const square = { width: 1000, height: 1000 };
const auto = { kind: 'auto', size: 'auto' } as const;

const planOn = (name: string, wish: Parameters<typeof planRun>[3] = auto, cards = [heavy]) =>
  planRun(profileOf(machines[name]!, 'auto'), cards, square, wish);

describe('the size and variant of a heavy model', () => {
  test.each([
    ['a phone with bindings of 128 MiB', 'webgpu', 'int8-fp16', 384],
    ['an old phone without f16', 'webgpu', 'int8', 256],
    ['an iPhone', 'webgpu', 'int8-fp16', 512],
    ['Intel graphics in Firefox', 'webgpu', 'int8', 384],
    ['a laptop with bindings of 1 GiB', 'webgpu', 'int8', 512],
    ['a card with bindings of 2 GiB, no f16', 'webgpu', 'int8', 512],
    ['a card with bindings of 4 GiB', 'webgpu', 'int8', 512],
    ['a card whose half precision was wrong', 'webgpu', 'int8', 512],
    ['SwiftShader', 'wasm', 'fp32', 512],
    ['no adapter', 'wasm', 'fp32', 512],
    ['no adapter and nothing told', 'wasm', 'fp32', 384],
  ])('on %s', (name, backend, variant, size) => {
    const plan = planOn(name);
    expect(plan).toMatchObject({ backend, variant, size, model: 'heavy' });
    expect(plan.considered.at(-1)).toMatchObject({ variant, size, refusedBy: null });
  });
});

test('every machine in the table runs the shipped model at the size it is best at', () => {
  for (const name of Object.keys(machines)) {
    expect(planOn(name, auto, [shipped]).size, name).toBe(shipped.sizes.wished.auto);
  }
});

test('a GPU of 128 MiB bindings and a budget of 300 MB still works at a useful size', () => {
  const profile = { ...profileOf(PHONE, 'auto'), budgetBytes: 300e6 };
  expect(planRun(profile, [heavy], square, auto)).toMatchObject({ backend: 'webgpu', size: 384 });
  expect(planRun(profile, [shipped], square, auto)).toMatchObject({
    backend: 'webgpu',
    size: shipped.sizes.wished.auto,
  });
});

test('what was refused is named with both numbers', () => {
  const { reason, considered } = planOn('an old phone without f16');
  expect(considered[0]).toMatchObject({ backend: 'webgpu', model: 'heavy', size: 512 });
  expect(considered[0]!.refusedBy).toBe('its largest buffer, 280 MB, is over the limit of 134 MB');
  expect(considered.at(-2)!.size).toBe(384);
  expect(reason).toBe(
    'Size 256, because 512 would not fit: its largest buffer, 280 MB, is over the limit of 134 MB.',
  );
});

test('half precision comes where the exact numbers of int8 do not fit', () => {
  expect(planOn('a card with bindings of 4 GiB', { kind: 'auto', size: 512 }).variant).toBe('int8');
  const small = { ...profileOf(DESKTOP, 'auto'), budgetBytes: 500e6 };
  const tight = planRun(small, [heavy], square, { kind: 'auto', size: 512 });
  expect(tight).toMatchObject({ variant: 'int8-fp16', size: 512 });
});

test('what half precision computes is used only where it was proven', () => {
  for (const name of Object.keys(machines).filter((name) => !machines[name]!.isHalfProven)) {
    for (const { variant } of planOn(name, { kind: 'auto', size: 384 }).considered) {
      expect(variant, name).not.toContain('fp16');
    }
  }
});

test('the kind of photograph and the preset move the wish, never the ceiling', () => {
  const sizeOn = (facts: MachineFacts, kind: 'people' | 'buildings', preset?: 'low' | 'high') =>
    planRun(profileOf(facts, 'auto', preset), [heavy], square, { kind, size: 'auto' }).size;
  expect(sizeOn(DESKTOP, 'people')).toBe(384);
  expect(sizeOn(DESKTOP, 'buildings')).toBe(768);
  expect(sizeOn(DESKTOP, 'people', 'high')).toBe(512);
  expect(sizeOn(DESKTOP, 'people', 'low')).toBe(256);
  expect(sizeOn(DESKTOP, 'buildings', 'high')).toBe(768);
  expect(sizeOn(PHONE, 'buildings')).toBe(384);
  expect(sizeOn(PHONE, 'buildings', 'high')).toBe(384);
});

test('the sentence says whether the size is the usual one', () => {
  const reasonOn = (preset: 'low' | 'medium' | 'high') =>
    planRun(profileOf(DESKTOP, 'auto', preset), [heavy], square, auto).reason;
  expect(reasonOn('low')).toBe('Size 384: smaller than usual, to take little of this machine.');
  expect(reasonOn('medium')).toBe(
    'Size 512: right for most photographs, and this GPU has room for it.',
  );
  expect(reasonOn('high')).toBe('Size 768: larger than usual, and this GPU has room for it.');
});

test('a size asked for by number is kept where it fits and lowered where it does not', () => {
  const wish = { kind: 'auto', size: 768 } as const;
  expect(planOn('a card with bindings of 4 GiB', wish).size).toBe(768);
  expect(planOn('a phone with bindings of 128 MiB', wish).size).toBe(384);
});

test('a model that fits at no size gives way to the next one, and the GPU to the processor', () => {
  const profile = profileOf(DESKTOP, 'auto');
  const smaller = planRun({ ...profile, budgetBytes: 60e6 }, [heavy, light], square, auto);
  expect(smaller).toMatchObject({ backend: 'webgpu', model: 'light' });
  expect(smaller.reason).toMatch(/^Model light, a smaller model, at size \d+, because 512 would/);
  const processor = planRun({ ...profile, budgetBytes: 10e6 }, [heavy, light], square, auto);
  expect(processor).toMatchObject({ backend: 'wasm', model: 'heavy', variant: 'fp32', size: 512 });
  expect(processor.reason).toBe('The processor at size 512, because no size fits this GPU.');
});

test('a fast GPU paints all at once, a slow one in tiles of whole rows', () => {
  const wish = { kind: 'auto', size: 512 } as const;
  const fast = planOn('a card with bindings of 4 GiB', wish);
  expect(fast.tileRows).toBe(fast.network.height);
  const slow = planRun({ ...profileOf(DESKTOP, 'auto'), isSlow: true }, [heavy], square, wish);
  expect(slow.tileRows).toBe(128);
  const tight = { ...profileOf(DESKTOP, 'auto'), budgetBytes: fast.peakBytes * 1.01 };
  expect(planRun(tight, [heavy], square, wish).tileRows, 'tiles save no memory').toBe(512);
  const strip = planRun(
    { ...profileOf(DESKTOP, 'auto'), isSlow: true },
    [heavy],
    { width: 9000, height: 700 },
    wish,
  );
  expect(strip.tileRows).toBeGreaterThanOrEqual(32);
  expect(strip.tileRows % 4).toBe(0);
  const processor = planOn('no adapter', wish);
  expect(processor.tileRows).toBe(processor.network.height);
});

test('a device that was asked for overrules the choice: SwiftShader runs when told to', () => {
  expect(profileOf(machines['SwiftShader']!, 'webgpu').backend).toBe('webgpu');
  expect(profileOf(DESKTOP, 'wasm').backend).toBe('wasm');
});

test('where nothing fits the error has a code and what was weighed', () => {
  const tiny = { ...profileOf(machine(null), 'auto'), budgetBytes: 10 * MIB };
  expect(() => planRun(tiny, [heavy], square, auto)).toThrowError(
    expect.objectContaining({ code: 'memory/exhausted' }),
  );
});
