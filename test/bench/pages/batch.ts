import { Conveyor, type FinishedFile } from '../../../src/cli/conveyor.ts';
import { inPipeline } from '../../../src/cli/pipeline.mjs';
import { outcomeOf } from '../../../src/shared/outcome.ts';
import { Engine } from '../../../src/worker/client.ts';
import type { SaveFormat, StageTimes } from '../../../src/worker/protocol.ts';

const PHOTOGRAPHS = 8;
/** 6 megapixels. */
const [WIDTH, HEIGHT] = [3000, 2000];
/** As many as the command line has under way. */
const FILES_AT_ONCE = 3;

/** What is measured; the address may say the same. */
export type BatchWish = { device: 'auto' | 'webgpu' | 'wasm'; format: SaveFormat; rounds: number };

/** What a batch takes, in rounds of both ways in turn, after one photograph to warm up. */
export type BatchSamples = {
  backend: string;
  variant: string;
  modelWidth: number;
  modelHeight: number;
  photographs: number;
  megapixels: number;
  format: SaveFormat;
  oneAtATime: BatchTimes;
  overlapped: BatchTimes;
};

/** Milliseconds of whole batches, and of each stage of a photograph in the mean. */
export type BatchTimes = { batches: number[]; stages: StageTimes };

declare global {
  var measureBatch: (wish: BatchWish) => Promise<BatchSamples>;
}

globalThis.measureBatch = async ({ device, format, rounds }) => {
  const files: Blob[] = [];
  for (let seed = 1; seed <= PHOTOGRAPHS; seed++) files.push(await drawnJpeg(seed));
  const engine = new Engine();
  const conveyor = new Conveyor(engine);
  let finished: FinishedFile[] = [];
  const colorize = async (file: Blob, index: number) => {
    const outcome = await outcomeOf(() =>
      conveyor.colorize({
        name: `${index}.jpg`,
        read: () => Promise.resolve(file),
        write: () => Promise.resolve(),
        wish: { kind: 'auto', size: 'auto', device, wantsPreview: false },
        look: { strength: 1, saturation: 1 },
        format,
        quality: 0.92,
      }),
    );
    if (!outcome.ok) throw new Error(outcome.error.message);
    finished.push(outcome.value);
    return { outcome };
  };
  const batch = async (filesAtOnce: number, into: Way) => {
    finished = into.finished;
    const startedAt = performance.now();
    const work = ([index, file]: [number, Blob]) => colorize(file, index);
    for await (const { outcome } of inPipeline(files.entries(), work, filesAtOnce)) void outcome;
    into.batches.push(performance.now() - startedAt);
  };
  await colorize(files[0]!, 0);
  const { plan } = finished[0]!.report;
  const oneAtATime: Way = { batches: [], finished: [] };
  const overlapped: Way = { batches: [], finished: [] };
  for (let round = 0; round < rounds; round++) {
    // The two ways change places, so that a machine that warms up favours neither.
    if (round % 2 === 1) await batch(FILES_AT_ONCE, overlapped);
    await batch(1, oneAtATime);
    if (round % 2 === 0) await batch(FILES_AT_ONCE, overlapped);
  }
  engine.terminate();
  const { backend, variant, modelWidth, modelHeight } = plan;
  return {
    ...{ backend, variant, modelWidth, modelHeight },
    ...{ photographs: PHOTOGRAPHS, megapixels: (WIDTH * HEIGHT) / 1e6, format },
    oneAtATime: timesOf(oneAtATime),
    overlapped: timesOf(overlapped),
  };
};

/** One way to go through a batch: what each took, and every photograph of it. */
type Way = { batches: number[]; finished: FinishedFile[] };

function timesOf({ batches, finished }: Way): BatchTimes {
  const mean = (pick: (file: FinishedFile) => number) =>
    finished.reduce((sum, file) => sum + pick(file), 0) / finished.length;
  const stages = {
    decode: mean(({ info }) => info.decodeMs),
    load: mean(({ report }) => report.ms.load),
    infer: mean(({ report }) => report.ms.infer),
    upsample: mean(({ report, saved }) => report.ms.upsample + saved.ms.upsample),
    encode: mean(({ saved }) => saved.ms.encode),
  };
  return { batches, stages };
}

/** A gray scene full of detail, as grain and foliage have it: flat areas would cost a codec little. */
async function drawnJpeg(seed: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d')!;
  const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
  sky.addColorStop(0, '#eee');
  sky.addColorStop(1, '#333');
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  for (let i = 0; i < 30_000; i++) {
    const place = i * 7919 + seed * 104_729;
    context.fillStyle = `hsl(0 0% ${(place * 37) % 100}% / 0.3)`;
    context.fillRect(place % WIDTH, (i * 104_723) % HEIGHT, 3 + (i % 60), 3 + (i % 50));
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
}

const address = new URLSearchParams(location.search);
if (address.has('post')) {
  const samples = await globalThis.measureBatch({
    device: (address.get('device') ?? 'auto') as BatchWish['device'],
    format: (address.get('format') ?? 'png') as SaveFormat,
    rounds: Number(address.get('rounds') ?? 3),
  });
  await fetch('/result', { method: 'POST', body: JSON.stringify(samples) });
}
