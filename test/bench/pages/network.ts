import { Model } from '../../../src/models/model.ts';
import { ContentStore } from '../../../src/models/store.ts';
import type {
  StoredTensor,
  WeightShapes,
  WeightSource,
} from '../../../src/models/stored-tensor.ts';
import { VARIANTS, needsHalf, type Variant } from '../../../src/models/variant.ts';
import { shapesOf, sourceOf } from '../../../src/models/weights.ts';
import { ddcolor, type GrayTerm } from '../../../src/pipelines/colorize/ddcolor.ts';
import { DdcolorWeights } from '../../../src/pipelines/colorize/ddcolor-weights.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { GpuNetwork } from '../../../src/runtime/network/gpu-network.ts';
import { GpuWeights } from '../../../src/runtime/network/gpu-weights.ts';
import { Pipelines } from '../../../src/runtime/network/pipelines.ts';
import { PUBLISHED_TINY, randomDdcolor } from '../../support/random-ddcolor.ts';

/** One variant of a network at one size. */
export type NetworkMeasurement = {
  network: string;
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

const address = new URLSearchParams(location.search);
const numbers = (name: string, usual: string) =>
  (address.get(name) ?? usual).split(',').map(Number);

await fetch('/result', {
  method: 'POST',
  body: JSON.stringify(await measure().catch((error: unknown) => ({ error: String(error) }))),
});

async function measure() {
  const rows: NetworkMeasurement[] = [];
  const wanted = (address.get('networks') ?? 'tiny,own').split(',');
  const variants = (address.get('variants') ?? VARIANTS.join()).split(',') as Variant[];
  const subjects: Subject[] = [];
  if (wanted.includes('tiny')) subjects.push(publishedTiny());
  if (wanted.includes('own')) subjects.push(await own());
  for (const subject of subjects) {
    for (const size of numbers('sizes', '256,512')) {
      let reference: Float32Array | null = null;
      for (const variant of variants) {
        const { row, ab } = await measureOne(subject, variant, size);
        if (row && ab) {
          if (variant === 'fp32') reference = ab;
          else if (reference) Object.assign(row, difference(ab, reference));
          rows.push(row);
          await tell(row);
        }
      }
    }
  }
  return { rows };
}

async function tell(progress: unknown): Promise<void> {
  await fetch('/progress', { method: 'POST', body: JSON.stringify(progress) }).catch(() => null);
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
  const model = await Model.find(new URL('models/catalogue.json', location.href), store);
  const { table, stream } = await model.stored(await model.bring('webgpu'));
  const { chromaScale, gray } = model.card.network;
  const source = sourceOf(table, stream);
  return { name: model.card.id, shapes: shapesOf(table), source, chromaScale, gray };
}

async function measureOne(subject: Subject, variant: Variant, size: number) {
  const gpu = await Gpu.open();
  if (needsHalf(variant) && !gpu.device.features.has('shader-f16')) return { row: null, ab: null };
  const weightsOf = new DdcolorWeights(subject.shapes, subject.chromaScale);
  const { program, gray, ab } = ddcolor(weightsOf, size, size, subject.gray, size);
  gpu.ledger.startRun();
  const clock = stopwatch();
  const weights = await GpuWeights.upload(gpu, program, variant, subject.source);
  const uploadMs = clock();
  const network = await GpuNetwork.open(gpu, new Pipelines(gpu), program, variant, weights);
  const openMs = clock();
  const input = drawn(size);
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
  for (let i = 0; i < Number(address.get('runs') ?? 20); i++) warmMs.push(await runOnce());
  const { peakBytes, largestBufferBytes } = gpu.ledger;
  const found = new Float32Array(await gpu.readCopy(network.bufferOf(ab), 8 * size * size));
  const profile = gpu.device.features.has('timestamp-query') ? await network.profile() : null;
  const row: NetworkMeasurement = {
    network: subject.name,
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

/** Gray of slopes, edges and grain: no part of a network sees only zeros. */
function drawn(size: number): Float32Array<ArrayBuffer> {
  const gray = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const disc = Math.hypot(x / size - 0.6, y / size - 0.4) < 0.2 ? 0.3 : 0;
      const grain = ((x * 7919 + y * 104729) % 17) / 170;
      gray[y * size + x] = Math.min(1, (x + y) / (2 * size) / 1.5 + disc + grain);
    }
  }
  return gray;
}

function stopwatch(): () => number {
  let since = performance.now();
  return () => {
    const ms = performance.now() - since;
    since = performance.now();
    return ms;
  };
}
