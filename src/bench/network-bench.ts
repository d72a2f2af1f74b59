import { defaultModel } from '../models/catalogue.ts';
import { ContentStore } from '../models/store.ts';
import type { StoredTensor, WeightShapes, WeightSource } from '../models/stored-tensor.ts';
import { needsHalf, type Variant } from '../models/variant.ts';
import { shapesOf, sourceOf } from '../models/weights.ts';
import { ddcolor, type GrayTerm } from '../pipelines/colorize/ddcolor.ts';
import { DdcolorWeights } from '../pipelines/colorize/ddcolor-weights.ts';
import { Gpu } from '../runtime/gpu.ts';
import { GpuNetwork } from '../runtime/network/gpu-network.ts';
import { GpuWeights } from '../runtime/network/gpu-weights.ts';
import { Pipelines } from '../runtime/network/pipelines.ts';
import { drawnGray } from './drawn-gray.ts';
import { PUBLISHED_TINY, randomDdcolor } from './random-ddcolor.ts';

/** One variant of a network at one size, without the engine around it. */
export type NetworkMeasurement = {
  what: string;
  variant: Variant;
  size: number;
  dispatches: number;
  macs: number;
  weightBytes: number;
  peakBytes: number;
  largestBufferBytes: number;
  uploadMs: number;
  openMs: number;
  firstMs: number;
  /** Each warm run, from the input's upload to the GPU's word that all is done. */
  warmMs: number[];
  /** Mean and largest difference of ab from fp32 at the same size, in Lab units. */
  meanAb: number | null;
  mostAb: number | null;
  /** By the GPU's clock: milliseconds of each kind of step, and of the slowest steps. */
  profile: Record<string, number> | null;
  slowest: { label: string; ms: number; gmacs: number }[] | null;
};

type Subject = {
  name: string;
  shapes: WeightShapes;
  source: WeightSource;
  chromaScale: number;
  gray: GrayTerm;
};

/**
 * Measures networks on the GPU.
 * @param networks `tiny` for the published DDColor-tiny's shapes, with weights made from a seed; `own` for
 *   the default model.
 */
export async function measureNetworks(
  networks: readonly string[],
  sizes: readonly number[],
  variants: readonly Variant[],
  runs: number,
  tell: (row: NetworkMeasurement) => void,
): Promise<NetworkMeasurement[]> {
  const rows: NetworkMeasurement[] = [];
  const subjects: Subject[] = [];
  if (networks.includes('tiny')) subjects.push(publishedTiny());
  if (networks.includes('own')) subjects.push(await own());
  for (const subject of subjects) {
    for (const size of sizes) {
      let reference: Float32Array | null = null;
      for (const variant of variants) {
        const measured = await measureOne(subject, variant, size, runs);
        if (!measured) continue;
        const { row, ab } = measured;
        if (variant === 'fp32') reference = ab;
        else if (reference) Object.assign(row, difference(ab, reference));
        rows.push(row);
        tell(row);
      }
    }
  }
  return rows;
}

function publishedTiny(): Subject {
  const random = randomDdcolor(PUBLISHED_TINY, 1);
  const made = new Map<string, StoredTensor>();
  const source: WeightSource = {
    tensor(name) {
      const held = made.get(name) ?? random.tensor(name);
      made.set(name, held);
      return held;
    },
  };
  const gray: GrayTerm = { slope: [1, 1], offset: [0, 0] };
  return { name: 'DDColor-tiny shapes', shapes: random, source, chromaScale: 1, gray };
}

async function own(): Promise<Subject> {
  const store = await ContentStore.open('network-bench');
  const model = await defaultModel(new URL('models/catalogue.json', location.href), store);
  const { table, stream } = await model.stored(await model.bring('webgpu'));
  const { chromaScale, gray } = model.card.network;
  const source = sourceOf(table, stream);
  return { name: model.card.id, shapes: shapesOf(table), source, chromaScale, gray };
}

/** Null where the GPU does not compute in the variant. */
async function measureOne(subject: Subject, variant: Variant, size: number, runs: number) {
  const gpu = await Gpu.open();
  if (needsHalf(variant) && !gpu.device.features.has('shader-f16')) {
    gpu.close();
    return null;
  }
  const weightsOf = new DdcolorWeights(subject.shapes, subject.chromaScale);
  const { program, gray, ab } = ddcolor(weightsOf, size, size, subject.gray, size);
  gpu.ledger.startRun();
  const clock = stopwatch();
  const weights = await GpuWeights.upload(gpu, program, variant, subject.source);
  const uploadMs = clock();
  const network = await GpuNetwork.open(gpu, new Pipelines(gpu), program, variant, weights);
  const openMs = clock();
  const input = drawnGray(size);
  const runOnce = async () => {
    const mark = performance.now();
    network.write(gray, input);
    network.run();
    await gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - mark;
  };
  const { mark } = gpu;
  const firstMs = await runOnce();
  await gpu.check(mark);
  const warmMs: number[] = [];
  for (let i = 0; i < runs; i++) warmMs.push(await runOnce());
  const { peakBytes, largestBufferBytes } = gpu.ledger;
  const found = new Float32Array(await gpu.readCopy(network.bufferOf(ab), 8 * size * size));
  const profile = gpu.device.features.has('timestamp-query') ? await network.profile() : null;
  const row: NetworkMeasurement = {
    what: `${subject.name}, ${variant}`,
    variant,
    size,
    dispatches: program.steps.length,
    macs: program.macs,
    weightBytes: weights.bytes,
    peakBytes,
    largestBufferBytes,
    uploadMs,
    openMs,
    firstMs,
    warmMs: warmMs.map((ms) => Math.round(100 * ms) / 100),
    meanAb: null,
    mostAb: null,
    profile: profile && byKind(profile),
    slowest:
      profile &&
      profile
        .sort((a, b) => b.ms - a.ms)
        .slice(0, 24)
        .map(({ label, ms, macs }) => ({ label, ms, gmacs: macs / 1e9 })),
  };
  network.dispose();
  weights.dispose();
  gpu.close();
  return { row, ab: found };
}

/** Milliseconds by the last part of the label, digits aside. */
function byKind(steps: { label: string; ms: number }[]): Record<string, number> {
  const sums: Record<string, number> = { all: 0 };
  for (const { label, ms } of steps) {
    const kind = label.replace(/\d+/g, '#');
    sums[kind] = (sums[kind] ?? 0) + ms;
    sums['all']! += ms;
  }
  return sums;
}

function difference(actual: Float32Array, expected: Float32Array) {
  let sum = 0;
  let mostAb = 0;
  actual.forEach((value, i) => {
    const distance = Math.abs(value - expected[i]!);
    sum += distance;
    mostAb = Math.max(mostAb, distance);
  });
  return { meanAb: sum / actual.length, mostAb };
}

function stopwatch(): () => number {
  let since = performance.now();
  return () => {
    const ms = performance.now() - since;
    since = performance.now();
    return ms;
  };
}
