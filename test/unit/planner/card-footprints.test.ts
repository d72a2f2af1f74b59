import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCard } from '../../../src/models/card.ts';
import { VARIANTS, type Variant } from '../../../src/models/variant.ts';
import { parseWeightTable } from '../../../src/models/weights.ts';
import { gpuFootprint } from '../../../src/pipelines/colorize/footprints.ts';
import { footprintAt } from '../../../src/planner/footprint.ts';

// The shipped card's measurements against the network as it is now: a network that was changed has to be
// measured again.
const json = (file: string) =>
  JSON.parse(readFileSync(`models/ddcolor-pico/${file}`, 'utf8')) as unknown;
const card = parseCard(json('card.json'));
const table = parseWeightTable(json('tensors.json'), card.weights.bytes);

const exactly = (variant: Variant, width: number, height: number, tileRows = height) =>
  gpuFootprint(table, card.network, variant, width, height, tileRows);

test.each(VARIANTS)('what was measured in %s is what the network takes', (variant) => {
  for (const { size, peakBytes, largestBufferBytes, macs } of card.memory[variant] ?? []) {
    const exact = exactly(variant, size, size);
    expect(peakBytes / exact.peakBytes, `${size}`).toBeCloseTo(1, 3);
    expect(largestBufferBytes, `${size}`).toBe(exact.largestBufferBytes);
    expect(macs, `${size}`).toBe(exact.macs);
  }
});

test.each(VARIANTS)('sizes and shapes that were not are predicted within 10 % in %s', (variant) => {
  for (const [width, height, tileRows] of [
    [96, 64, 64],
    [160, 160, 160],
    [320, 320, 320],
    [448, 448, 448],
    [288, 224, 32],
    [576, 448, 64],
    [1024, 256, 256],
    [640, 640, 640],
    [896, 896, 896],
    [1536, 1536, 1536],
  ] as const) {
    const exact = exactly(variant, width, height, tileRows);
    const predicted = footprintAt(card.memory[variant]!, width * height);
    const what = `${width} × ${height}`;
    expect(Math.abs(predicted.peakBytes / exact.peakBytes - 1), what).toBeLessThan(0.1);
    const largest = predicted.largestBufferBytes / exact.largestBufferBytes;
    expect(Math.abs(largest - 1), what).toBeLessThan(0.1);
  }
});
