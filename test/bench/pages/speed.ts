import { wrap } from 'comlink';
import { Engine } from '../../../src/worker/client.ts';
import type { BareApi } from './bare.worker.ts';
import { drawnPhotograph } from './drawn-photograph.ts';

/** Milliseconds of network time for each run of both, in turn, after one warm-up run of each. */
export type SpeedSamples = {
  modelWidth: number;
  modelHeight: number;
  threads: number;
  engine: number[];
  bare: number[];
};

declare global {
  var measureSpeed: (size: number, runs: number) => Promise<SpeedSamples>;
}

globalThis.measureSpeed = async (size, runs) => {
  const engine = new Engine();
  const { wasmThreads: threads } = await engine.machine();
  const photograph = await engine.open(await drawnPhotograph(size, size, 'image/png'), 'scene.png');
  const wish = { kind: 'auto', size, device: 'wasm', wantsPreview: false } as const;
  const { plan } = await photograph.colorize(wish);
  const { modelWidth, modelHeight } = plan;
  const worker = new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module' });
  const bare = wrap<BareApi>(worker);
  await bare.prepare(new URL('models/', document.baseURI).href, modelWidth, modelHeight, threads);
  await bare.run();
  const samples: SpeedSamples = { modelWidth, modelHeight, threads, engine: [], bare: [] };
  for (let run = 0; run < runs; run++) {
    samples.engine.push((await photograph.colorize(wish)).ms.infer);
    samples.bare.push(await bare.run());
  }
  engine.terminate();
  worker.terminate();
  return samples;
};
