import type { Model, ModelFiles } from '../models/model.ts';
import { parseRepairCard, type RepairCard } from '../models/repair-card.ts';
import type { Place } from '../pipelines/colorize/place.ts';
import { assertAnswer } from '../pipelines/diffusion/answer-check.ts';
import { plannedNetwork } from '../pipelines/repair/footprints.ts';
import { compileOnGpu } from '../pipelines/repair/gpu-network.ts';
import {
  openTileNetwork,
  type HeldNetwork,
  type NetworkName,
  type TileNetwork,
} from '../pipelines/repair/tile-network.ts';
import { Ladder } from '../planner/ladder.ts';
import type { Plan } from '../planner/plan.ts';
import type { PlannedCard } from '../planner/planned-card.ts';
import { classifyRuntimeError } from '../runtime/classify-runtime-error.ts';
import { throwIfAborted } from '../shared/errors.ts';
import { letMessagesIn } from '../shared/let-messages-in.ts';
import type { Transferred, TransferProgress } from '../shared/transfer.ts';
import { gpuStalled } from './gpu-patience.ts';
import { makeRoom } from './make-room.ts';
import type { RepairReport, RepairWish, TellRepair } from './repair-progress.ts';
import { profileAt, profileOfRun } from './run-profile.ts';
import { endBadly, endWell, stepDown, type Descent } from './step-down.ts';
import { reportOf, Trial } from './trial.ts';
import { watched, type Allow } from './watchdog.ts';
import type { Workshop } from './workshop.ts';

/** What the work on tiles is given for one try. */
export type TileTry = {
  plan: Plan;
  /** Of one tile at the plan's side. */
  macs: number;
  card: RepairCard;
  isSlow: boolean;
  /** Of this try: work that was given up, and goes on by itself, ends at it. */
  signal: AbortSignal;
  /** Opens the network for tiles of a size; what it takes is counted and watched. */
  open(size: { width: number; height: number }): Promise<HeldNetwork>;
};

type TileRun = Workshop &
  Descent & {
    name: NetworkName;
    model: Model<RepairCard>;
    planned: PlannedCard;
    tell: TellRepair;
    times: TileTimes;
  };

/** What no trained network answers: gray is −1…1, and logits say all that they can within some tens. */
const BEYOND_REASON: Record<NetworkName, number> = { restore: 16, detect: 1000 };

/** Milliseconds of tiles: of the first, with all that came before it, and of the others. */
type TileTimes = { startedAt: number; first: number | null; later: number; count: number };

/**
 * Runs work on tiles with one network of the repair model. Where a try fails, everything of it is freed, and the work
 * is called again one rung lower: on smaller tiles, in another precision, on the processor. What it keeps itself is
 * kept.
 * @throws {AppError} any code; below the last rung the last failure's, with all tries in its detail.
 */
export async function runOnTiles<T>(
  workshop: Workshop,
  name: NetworkName,
  work: (attempt: TileTry) => Promise<T>,
  { device, past }: RepairWish,
  tell: TellRepair,
  signal: AbortSignal,
): Promise<{ value: T; report: RepairReport }> {
  const { equipment } = workshop;
  const times: TileTimes = { startedAt: performance.now(), first: null, later: 0, count: 0 };
  const model = await equipment.library.tool('repair', parseRepairCard);
  const table = await model.weightTable(await model.bringTable({ signal }));
  const planned = plannedNetwork(model.card, table, name);
  const steps: string[] = [];
  const profile = await profileOfRun(workshop, { device }, past, steps);
  const ladder = new Ladder(
    profile,
    [planned],
    { width: 1, height: 1 },
    { kind: 'auto', size: 'auto' },
  );
  const run: TileRun = {
    ...{ ...workshop, name, model, planned, profile, steps, attempts: [], hasTriedAgain: false },
    ...{ tell, signal, times, cardOf: () => planned },
  };
  for (const attempt of past.failed) await stepDown(run, ladder, attempt);
  for (;;) {
    const done = await tryOnce(run, ladder, work);
    if (done) return { value: done.value, report: reportOfRun(run) };
  }
}

/** @returns null where the try failed, and the ladder stands one rung lower. */
async function tryOnce<T>(
  run: TileRun,
  ladder: Ladder,
  work: (attempt: TileTry) => Promise<T>,
): Promise<{ value: T } | null> {
  const { plan } = ladder;
  const trial = new Trial(reportOf(plan, run.planned), profileAt(run.profile, plan), run.tell);
  const isOnGpu = plan.backend === 'webgpu';
  const endPass = isOnGpu ? run.patience.beginPass() : () => {};
  const over = new AbortController();
  const end = () => over.abort();
  run.signal.addEventListener('abort', end);
  try {
    const value = await watched(
      async (allow) => work(await prepared({ ...run, signal: over.signal }, plan, trial, allow)),
      gpuStalled,
      run.patience.tickMs,
    ).catch((error: unknown) => {
      throw classifyRuntimeError(error, isOnGpu);
    });
    endWell(run, trial);
    return { value };
  } catch (thrown) {
    await endBadly(run, ladder, trial, thrown);
    return null;
  } finally {
    trial.end();
    endPass();
    run.signal.removeEventListener('abort', end);
    over.abort();
  }
}

/** Brings the place and the model for a try. */
async function prepared(run: TileRun, plan: Plan, trial: Trial, allow: Allow): Promise<TileTry> {
  const { equipment, gallery, patience, model, planned, tell, signal } = run;
  const isSoftware = equipment.adapterReport?.isFallback === true;
  const loadMs = plan.backend === 'webgpu' ? patience.loadMs(isSoftware) : Infinity;
  const fetching = (what: Transferred) => (progress: TransferProgress) => {
    const { fetchedBytes, ...bytes } = progress;
    if (fetchedBytes > 0) void tell({ stage: 'fetch', what, ...bytes });
  };
  allow(loadMs);
  const place = await equipment.place(plan.backend, { signal, onFetch: fetching('engine') });
  if (place.backend === 'webgpu') trial.runsOn(place.gpu);
  makeRoom(place, gallery, plan.peakBytes, trial.budgetBytes);
  // Files come from the network, which may take any time.
  allow(Infinity);
  const files = await model.bring(plan.backend, { signal, onProgress: fetching('model') });
  throwIfAborted(signal);
  allow(loadMs);
  trial.begin();
  void tell({ stage: 'load', model: planned.name });
  const rows = planned.memory[plan.variant] ?? planned.memory.fp32;
  return {
    plan,
    macs: rows.find(({ size }) => size === plan.size)?.macs ?? 0,
    card: model.card,
    isSlow: profileAt(run.profile, plan).isSlow,
    signal,
    open: (size) => {
      allow(loadMs);
      return opened(run, plan, place, files, size, trial, allow);
    },
  };
}

async function opened(
  run: TileRun,
  plan: Plan,
  place: Place,
  files: ModelFiles,
  { width, height }: { width: number; height: number },
  trial: Trial,
  allow: Allow,
): Promise<HeldNetwork> {
  const { name, model, patience, equipment, times, tell, signal } = run;
  const { variant, peakBytes } = plan;
  const request = { model, files, name, variant, width, height, peakBytes };
  if (place.backend === 'webgpu' && times.first === null) {
    // Kernels are few and serve every size: only the first tiles of all wait for them.
    void tell({ stage: 'warm-up' });
    await compileOnGpu(place, request);
  }
  const startedAt = performance.now();
  const held = await openTileNetwork(place, request);
  trial.ms.load += performance.now() - startedAt;
  const work = { ...trial.plan, modelWidth: width, modelHeight: height };
  const isSoftware = equipment.adapterReport?.isFallback === true;
  const watchedRun: TileNetwork['run'] = async (planes, level) => {
    allow(patience.inferMs(work, isSoftware));
    const begunAt = performance.now();
    const result = await held.value.run(planes, level);
    const ms = performance.now() - begunAt;
    trial.ms.infer += ms;
    patience.learn(work, ms);
    noteTile(times, ms);
    // The base is the last of the planes.
    const base = name === 'restore' ? planes.subarray(-result.length) : null;
    assertAnswer(result, planes, BEYOND_REASON[name], base);
    // On wasm a tile holds the thread: this is when a cancelling page is heard.
    await letMessagesIn();
    throwIfAborted(signal);
    return result;
  };
  return { value: { width, height, run: watchedRun }, release: () => held.release() };
}

function noteTile(times: TileTimes, ms: number): void {
  if (times.first === null) {
    times.first = performance.now() - times.startedAt;
    return;
  }
  times.later += ms;
  times.count++;
}

function reportOfRun({ attempts, steps, times }: TileRun): RepairReport {
  return {
    attempts,
    steps,
    firstTileMs: times.first ?? 0,
    laterTileMs: times.count === 0 ? 0 : times.later / times.count,
    peakGpuBytes: Math.max(...attempts.map(({ peakGpuBytes }) => peakGpuBytes)),
  };
}
