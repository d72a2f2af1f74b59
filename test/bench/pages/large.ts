import { crc32 } from '../../../src/image/metadata/crc32.ts';
import { Engine } from '../../../src/worker/client.ts';
import { FaultyWorkers, startFaultyEngine } from '../../fault/pages/faulty-workers.ts';
import { drawLargePng } from '../draw-large-png.mjs';

/** A square picture coloured and saved whole on the GPU. */
export type LargeOnGpu = {
  side: number;
  backend: string;
  /** Of the saved picture. */
  width: number;
  height: number;
  /** Most bytes in GPU buffers from opening to saving, by books apart from the engine's. */
  gpuBytes: number;
  /** Of them, what the run reported. */
  runGpuBytes: number;
  ms: { decode: number; infer: number; upsample: number; encode: number };
};

declare global {
  var colorizeLarge: (side: number, size: number) => Promise<LargeOnGpu>;
}

globalThis.colorizeLarge = async (side, size) => {
  const parts: BlobPart[] = [];
  for await (const part of drawLargePng(side, side, crc32)) parts.push(part);
  const workers = new FaultyWorkers(startFaultyEngine);
  const engine = new Engine(workers.start);
  const photograph = await engine.open(new Blob(parts), 'large.png');
  const wish = { kind: 'auto', size, device: 'webgpu', wantsPreview: false } as const;
  const report = await photograph.colorize(wish);
  const look = { strength: 1, saturation: 1 };
  const { width, height, ms } = await photograph.save({ format: 'png', quality: 1, look });
  const [census] = await workers.census();
  engine.terminate();
  return {
    side,
    backend: report.plan.backend,
    width,
    height,
    gpuBytes: census!.counts.peakBytes,
    runGpuBytes: report.peakGpuBytes,
    ms: {
      decode: photograph.info.decodeMs,
      infer: report.ms.infer,
      upsample: ms.upsample,
      encode: ms.encode,
    },
  };
};

// Opened with ?post the page works by itself and sends its answer to whoever serves it.
const address = new URLSearchParams(location.search);
if (address.has('post')) {
  const number = (name: string, usual: number) => Number(address.get(name) ?? usual);
  const answer = await globalThis
    .colorizeLarge(number('side', 10_000), number('size', 512))
    .catch((error: unknown) => ({ error: String(error) }));
  await fetch('/result', { method: 'POST', body: JSON.stringify(answer) });
}
