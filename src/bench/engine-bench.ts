import type { Variant } from '../models/variant.ts';
import { Engine } from '../worker/client.ts';
import { drawnScene } from './drawn-scene-file.ts';

/** The default model through the whole engine: one variant at one size, in an engine of its own. */
export type EngineMeasurement = {
  what: string;
  variant: Variant;
  size: number;
  /** Area that the network really saw. */
  modelWidth: number;
  modelHeight: number;
  /** What the plan said, and what the ledger counted, pictures included. */
  predictedPeakBytes: number;
  peakBytes: number;
  largestBufferBytes: number;
  weightBytes: number;
  /** First run: model, compilation, buffers; then its network. */
  loadMs: number;
  firstMs: number;
  /** Network time of each warm run. */
  warmMs: number[];
  /** Mean difference of the drawn view from the same size in fp32, in 8-bit RGB levels. */
  meanDifference: number | null;
};

/** Drawing 24 megapixels from their colours, and encoding them as JPEG. */
export type SaveMeasurement = { upsample: number; encode: number; decode: number };

const VIEW = 256;
const LOOK = { strength: 1, saturation: 1 } as const;

/** @param tell hears each row as it is there. */
export async function measureEngine(
  sizes: readonly number[],
  variants: readonly Variant[],
  warmRuns: number,
  tell: (row: EngineMeasurement) => void,
): Promise<EngineMeasurement[]> {
  const rows: EngineMeasurement[] = [];
  for (const size of sizes) {
    const square = await drawnScene(size, size, 'image/png');
    let reference: Uint8ClampedArray | null = null;
    for (const variant of variants) {
      const { row, pixels } = await measureOne(square, size, variant, warmRuns);
      if (variant === 'fp32') reference = pixels;
      row.meanDifference = reference && meanDifference(pixels, reference);
      rows.push(row);
      tell(row);
    }
  }
  return rows;
}

async function measureOne(square: Blob, size: number, variant: Variant, warmRuns: number) {
  const engine = new Engine();
  const wish = { kind: 'auto', size, device: 'webgpu', wantsPreview: false, variant } as const;
  const photograph = await engine.open(square, 'square.png');
  const first = await photograph.colorize(wish);
  const warmMs: number[] = [];
  for (let run = 0; run < warmRuns; run++) {
    warmMs.push((await photograph.colorize(wish)).ms.infer);
  }
  const bitmap = await photograph.view({
    of: 'coloured',
    region: { x: 0, y: 0, width: size, height: size },
    width: VIEW,
    height: VIEW,
    look: LOOK,
  });
  const context = new OffscreenCanvas(VIEW, VIEW).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, VIEW, VIEW).data;
  engine.terminate();
  const { plan, attempts, ms, peakGpuBytes, largestGpuBufferBytes } = first;
  if (attempts.length > 1 || plan.backend !== 'webgpu') throw new Error(first.steps.join(' '));
  const row: EngineMeasurement = {
    what: `${plan.model}, ${plan.variant}`,
    variant: plan.variant,
    size: plan.size,
    modelWidth: plan.modelWidth,
    modelHeight: plan.modelHeight,
    predictedPeakBytes: plan.peakBytes,
    peakBytes: peakGpuBytes,
    largestBufferBytes: largestGpuBufferBytes,
    weightBytes: attempts[0]?.ledger?.peakBytes.weights ?? 0,
    loadMs: ms.load,
    firstMs: ms.infer,
    warmMs,
    meanDifference: null,
  };
  return { row, pixels };
}

/** 24 megapixels, opened, coloured at 256² and saved. */
export async function measureSave(): Promise<SaveMeasurement> {
  const engine = new Engine();
  const photograph = await engine.open(await drawnScene(6000, 4000, 'image/jpeg'), 'large.jpg');
  await photograph.colorize({ kind: 'auto', size: 256, device: 'webgpu', wantsPreview: false });
  const { ms } = await photograph.save({ format: 'jpeg', quality: 0.9, look: LOOK });
  engine.terminate();
  return { upsample: ms.upsample, encode: ms.encode, decode: photograph.info.decodeMs };
}

function meanDifference(actual: Uint8ClampedArray, expected: Uint8ClampedArray): number {
  const sum = actual.reduce((total, level, i) => total + Math.abs(level - expected[i]!), 0);
  return sum / actual.length;
}
