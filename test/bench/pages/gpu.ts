import { Engine } from '../../../src/worker/client.ts';
import type { Precision } from '../../../src/models/weights.ts';
import type { Variant } from '../../../src/models/variant.ts';
import type { Machine, Progress } from '../../../src/worker/protocol.ts';
import { drawnPhotograph } from './drawn-photograph.ts';

/** One variant at one size, in an engine of its own: bytes, and times of a first and of warm runs. */
export type GpuMeasurement = {
  variant: Variant;
  size: number;
  peakBytes: number;
  largestBufferBytes: number;
  loadMs: number;
  firstInferMs: number;
  /** Network time of each warm run. */
  warmInferMs: number[];
  /** Mean difference of the drawn view from the same size in fp32, in 8-bit RGB levels. */
  meanDifference: number | null;
};
export type GpuMeasurements = { machine: Machine; runs: GpuMeasurement[]; error?: string };

declare global {
  var measureGpu: (
    sizes: number[],
    variants: Precision[],
    warmRuns: number,
  ) => Promise<GpuMeasurements>;
}

const VIEW = 256;

globalThis.measureGpu = async (sizes, variants, warmRuns) => {
  const probe = new Engine();
  const machine = await probe.machine();
  probe.terminate();
  await tell('probed');
  const runs: GpuMeasurement[] = [];
  for (const size of sizes) {
    const square = await drawnPhotograph(size, size, 'image/png');
    let reference: Uint8ClampedArray | null = null;
    for (const variant of variants) {
      const { measurement, pixels } = await measureOne(square, size, variant, warmRuns);
      if (variant === 'fp32') reference = pixels;
      measurement.meanDifference = reference && meanDifference(pixels, reference);
      runs.push(measurement);
      await tell(measurement);
    }
  }
  return { machine, runs };
};

/** What is served by a program that listens hears how far it is. */
async function tell(progress: unknown): Promise<void> {
  await fetch('/progress', { method: 'POST', body: JSON.stringify(progress) }).catch(
    () => undefined,
  );
}

async function measureOne(square: Blob, size: number, variant: Precision, warmRuns: number) {
  const engine = new Engine();
  const wish = { kind: 'auto', size, device: 'webgpu', wantsPreview: false, variant } as const;
  const photograph = await engine.open(square, 'square.png');
  const onProgress = ({ stage }: Progress) => void tell(`${variant} ${size}: ${stage}`);
  const first = await photograph.colorize(wish, { onProgress });
  const warmInferMs: number[] = [];
  for (let run = 0; run < warmRuns; run++) {
    warmInferMs.push((await photograph.colorize(wish)).ms.infer);
  }
  const bitmap = await photograph.view({
    of: 'coloured',
    region: { x: 0, y: 0, width: size, height: size },
    width: VIEW,
    height: VIEW,
    look: { strength: 1, saturation: 1 },
  });
  const context = new OffscreenCanvas(VIEW, VIEW).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, VIEW, VIEW).data;
  engine.terminate();
  const measurement: GpuMeasurement = {
    variant: first.plan.variant,
    size,
    peakBytes: first.peakGpuBytes,
    largestBufferBytes: first.largestGpuBufferBytes,
    loadMs: first.ms.load,
    firstInferMs: first.ms.infer,
    warmInferMs,
    meanDifference: null,
  };
  if (!first.steps.at(-1)?.includes('webgpu')) throw new Error(first.steps.join(' '));
  return { measurement, pixels };
}

/** Drawing 24 megapixels from their colours, and encoding them as JPEG. */
async function measureSave(): Promise<{ upsample: number; encode: number; decode: number }> {
  const engine = new Engine();
  const large = await drawnPhotograph(6000, 4000, 'image/jpeg');
  await tell('24 megapixels drawn');
  const photograph = await engine.open(large, 'large.jpg');
  await tell('opened');
  await photograph.colorize({ kind: 'auto', size: 256, device: 'webgpu', wantsPreview: false });
  await tell('coloured');
  const look = { strength: 1, saturation: 1 };
  const { ms } = await photograph.save({ format: 'jpeg', quality: 0.9, look });
  engine.terminate();
  return { upsample: ms.upsample, encode: ms.encode, decode: photograph.info.decodeMs };
}

function meanDifference(actual: Uint8ClampedArray, expected: Uint8ClampedArray): number {
  const sum = actual.reduce((total, level, i) => total + Math.abs(level - expected[i]!), 0);
  return sum / actual.length;
}

// Opened with ?post the page measures by itself and sends its answer to whoever serves it.
const address = new URLSearchParams(location.search);
if (address.has('post')) {
  const sizes = (address.get('sizes') ?? '128,256,384,512').split(',').map(Number);
  const variants = (address.get('variants') ?? 'fp32,fp16').split(',') as Precision[];
  const answer = await globalThis
    .measureGpu(sizes, variants, Number(address.get('runs') ?? 10))
    .then(async (measured) => ({ ...measured, save24Megapixels: await measureSave() }))
    .catch((error: unknown) => ({ error: String(error), detail: JSON.stringify(error) }));
  await fetch('/result', { method: 'POST', body: JSON.stringify(answer) });
}
