import { guideOf } from '../pipelines/colorize/network-input.ts';
import { profileOf } from '../planner/profile.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { networkError } from '../shared/transfer.ts';
import { colourTile } from './colour-tile.ts';
import {
  discardFile,
  drawFile,
  encodeFile,
  viewPhotograph,
  type DrawnFile,
} from './draw-photograph.ts';
import { Equipment } from './equipment.ts';
import { Gallery } from './gallery.ts';
import { GPU_LIMITS, GpuPatience, type GpuLimits } from './gpu-patience.ts';
import { Jobs } from './jobs.ts';
import { heardBy } from './heard-by.ts';
import { holdForLife } from './life-lock.ts';
import { keepNext } from './keep-next.ts';
import { forget, keptStorage, saveModels } from './kept-storage.ts';
import { optimise } from './optimise.ts';
import { prepare } from './prepare.ts';
import { recolourCalls } from './recolour-calls.ts';
import { repairCalls } from './repair-calls.ts';
import { reportModels } from './report-models.ts';
import { runColorize } from './run-colorize.ts';
import { storageReport } from './storage-report.ts';
import type { Adjustment, ChromaPlanes, EngineApi, Machine, PhotographInfo } from './protocol.ts';

/**
 * The engine behind the protocol: photographs held open, what they run on, and their jobs.
 * @param limits how long GPU work may take before it counts as stalled.
 */
export function createEngine(catalogue: URL, limits: GpuLimits = GPU_LIMITS): EngineApi {
  const gallery = new Gallery();
  const equipment = Equipment.open(catalogue, () => gallery.dropColourings());
  const patience = new GpuPatience(limits);
  const workshop = async () => ({ equipment: await equipment, gallery, patience });
  const jobs = new Jobs();
  return {
    machine: (model) => outcomeOf(async () => describeMachine(await equipment, model)),
    prepare: (preset, model) =>
      outcomeOf(async () => prepare(await workshop(), jobs, preset, model)),
    keepNext: (model) => outcomeOf(async () => keepNext(await equipment, model)),
    models: () => outcomeOf(async () => reportModels(await equipment)),
    addModel: (job, offer, onProgress) =>
      outcomeOf(() =>
        jobs.run(job, async (signal) => {
          const { addModel } = await wayInFor(() => import('./add-model.ts'));
          return addModel(await workshop(), jobs, offer, heardBy(onProgress), signal);
        }),
      ),
    kept: () => outcomeOf(async () => keptStorage(await equipment)),
    forget: (what) => outcomeOf(async () => forget(await equipment, what)),
    saveModels: () => outcomeOf(async () => saveModels(await equipment)),
    bringModels: (job, file, onProgress) =>
      outcomeOf(() =>
        jobs.run(job, async (signal) => {
          const { bringModels } = await wayInFor(() => import('./bring-models.ts'));
          return bringModels(await workshop(), jobs, file, heardBy(onProgress), signal);
        }),
      ),
    removeModel: (id) => outcomeOf(async () => (await equipment).library.remove(id)),
    open: (job, id, file, name, adjustment) =>
      outcomeOf(() => jobs.run(job, (signal) => open(gallery, id, file, name, adjustment, signal))),
    colorize: (job, id, wish, past, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) =>
          runColorize(await workshop(), id, wish, past, heardBy(onProgress), signal),
        ),
      ),
    ...repairCalls(workshop, jobs),
    restore: (id, chroma) => outcomeOf(() => restore(gallery, id, chroma)),
    view: (id, request) => outcomeOf(async () => viewPhotograph(await workshop(), id, request)),
    colourTile: (id, request) => outcomeOf(async () => colourTile(await workshop(), id, request)),
    save(job, id, request, onProgress) {
      const tell = heardBy(onProgress);
      const onStripe = (stripe: number, stripes: number) =>
        void tell({ stage: 'upsample', stripe, stripes });
      const draw = async (signal: AbortSignal, isFree: () => Promise<unknown>) =>
        drawFile(await workshop(), id, request, { isFree, onStripe, signal });
      const encode = (drawn: DrawnFile) => {
        void tell({ stage: 'encode' });
        return encodeFile(drawn);
      };
      return outcomeOf(() => jobs.runInTwoParts(job, draw, encode, discardFile));
    },
    optimise: (job, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) =>
          optimise(await workshop(), heardBy(onProgress), signal),
        ),
      ),
    ...recolourCalls(workshop, jobs, heardBy),
    close: (id) => outcomeOf(() => gallery.close(id)),
    cancel: (job) => outcomeOf(() => jobs.cancel(job)),
    release: () => outcomeOf(() => jobs.inTurn(async () => release(await equipment, gallery))),
    ping: () => outcomeOf(() => undefined),
    holdForLife: (lock) => outcomeOf(() => holdForLife(lock)),
  };
}

/** What reads models from outside: few visitors have one. @throws {AppError} `net/*`. */
function wayInFor<T>(load: () => Promise<T>): Promise<T> {
  return load().catch((error: unknown) => {
    throw networkError(error, new URL(import.meta.url), 'engine');
  });
}

async function describeMachine(equipment: Equipment, id: string | undefined): Promise<Machine> {
  const { facts } = equipment;
  const model = await equipment.library.find(id).catch(() => null);
  const profile = profileOf(facts, 'auto');
  const { backend, budgetBytes, budgetBecause, budgetLines } = profile;
  return {
    backend,
    budget: { bytes: budgetBytes, because: budgetBecause, lines: budgetLines },
    automatic: { preset: profile.preset, isMeasured: facts.history.probe !== null },
    adapter: equipment.adapterReport,
    gpuProblem: equipment.gpuProblem,
    deviceMemoryGiB: facts.deviceMemoryGiB,
    wasmThreads: equipment.wasmThreads,
    storage: await storageReport(equipment.store, model, backend),
    modelName: model?.card.name ?? null,
  };
}

async function open(
  gallery: Gallery,
  id: string,
  file: Blob,
  name: string,
  adjustment: Adjustment,
  signal: AbortSignal,
): Promise<PhotographInfo> {
  const startedAt = performance.now();
  const { photograph, format, frames, isColour } = await gallery.open(id, file, adjustment, signal);
  const { width, height } = photograph.lightness;
  const decodeMs = performance.now() - startedAt;
  return { id, name, width, height, format, frames, isColour, decodeMs };
}

async function restore(gallery: Gallery, id: string, planes: ChromaPlanes): Promise<void> {
  const { held, photograph } = await gallery.get(id);
  const { width, height, ab, modelName, made } = planes;
  const guide = guideOf(photograph.lightness, width, height);
  held.found = { chroma: { width, height, ab, guide }, modelName, made };
  held.colouring = null;
}

async function release(equipment: Equipment, gallery: Gallery): Promise<void> {
  gallery.dropColourings();
  await equipment.release();
}
