import { expose, releaseProxy, transfer, type ProxyMarked, type Remote } from 'comlink';
import type { Outcome } from '../shared/outcome.ts';
import { catalogueIn } from './engine-name.ts';
import { allowOwnScripts } from '../shared/own-scripts.ts';
import { createEngine } from './engine.ts';
import type { EngineApi, Progress } from './protocol.ts';

// Read at run time, so that the bundler does not look for a file: models/ lies beside the built assets/.
const here = import.meta.url;
// onnxruntime starts its threads as workers.
allowOwnScripts(here);
const engine = createEngine(catalogueIn(self.name) ?? new URL('../models/catalogue.json', here));

expose({
  ...engine,
  /** Bitmaps are handed over, never copied. */
  async view(id, request) {
    return handOver(await engine.view(id, request));
  },
  async colourTile(id, request) {
    return handOver(await engine.colourTile(id, request));
  },
  colorize: (job, id, wish, past, onProgress) =>
    releasing(onProgress, () => engine.colorize(job, id, wish, past, onProgress)),
  findDamage: (job, id, past, onProgress) =>
    releasing(onProgress, () => engine.findDamage(job, id, past, onProgress)),
  repair: (job, id, order, past, onProgress) =>
    releasing(onProgress, () => engine.repair(job, id, order, past, onProgress)),
  recolour: (job, id, ask, resume, onProgress) =>
    releasing(onProgress, () => engine.recolour(job, id, ask, resume, onProgress)),
  save: (job, id, request, onProgress) =>
    releasing(onProgress, () => engine.save(job, id, request, onProgress)),
  addModel: (job, offer, onProgress) =>
    releasing(onProgress, () => engine.addModel(job, offer, onProgress)),
  bringModels: (job, file, onProgress) =>
    releasing(onProgress, () => engine.bringModels(job, file, onProgress)),
  optimise: (job, onProgress) => releasing(onProgress, () => engine.optimise(job, onProgress)),
} satisfies EngineApi);

function handOver(outcome: Outcome<ImageBitmap>): Outcome<ImageBitmap> {
  return outcome.ok ? transfer(outcome, [outcome.value]) : outcome;
}

type Listener = (progress: Progress) => void;

/** Closes a listener's port when its job has ended; it would else wait for the garbage collector. */
async function releasing<T>(listener: Listener, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    (listener as Remote<Listener & ProxyMarked>)[releaseProxy]();
  }
}
