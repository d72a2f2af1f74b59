import { colorize, type ColorizePlace, type PassListener } from '../pipelines/colorize/colorize.ts';
import { sessionKey } from '../pipelines/colorize/network.ts';
import { planRun, type Plan } from '../planner/plan.ts';
import { profileOf, type Profile } from '../planner/profile.ts';
import type { Photograph } from '../image/photograph.ts';
import type { Model } from '../models/model.ts';
import { abortedError, AppError, assert, toAppError } from '../shared/errors.ts';
import type { Transferred, TransferProgress } from '../shared/transfer.ts';
import type { Equipment } from './equipment.ts';
import { madeOf } from './run-words.ts';
import type { Gallery, HeldPhotograph } from './gallery.ts';
import type {
  Attempt,
  ChromaPlanes,
  ColorizeWish,
  PlanReport,
  Progress,
  RunReport,
} from './protocol.ts';

/** Tells progress; settles when the page has heard it, and never rejects. */
type Tell = (progress: Progress) => Promise<void>;

/** One run on one photograph: what its passes share. */
type Run = {
  equipment: Equipment;
  gallery: Gallery;
  id: string;
  held: HeldPhotograph;
  photograph: Photograph;
  model: Model;
  report: Omit<RunReport, 'plan'>;
  tell: Tell;
  signal: AbortSignal;
};

/**
 * Plans and runs a photograph: a quick preview at the smallest size where it is wanted, then the
 * planned size. Where the GPU fails, the same photograph is run on wasm and the report says so.
 * @throws {AppError} any code; after a preview its colours stay, until the page gives back others.
 */
export async function runColorize(
  equipment: Equipment,
  gallery: Gallery,
  id: string,
  wish: ColorizeWish,
  after: readonly Attempt[],
  tell: Tell,
  signal: AbortSignal,
): Promise<{ report: RunReport; chroma: ChromaPlanes }> {
  void tell({ stage: 'read' });
  const { held, photograph } = await gallery.get(id);
  const model = await equipment.model();
  const ms = { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 };
  const report = {
    steps: [],
    attempts: [...after],
    made: '',
    ms,
    peakGpuBytes: 0,
    largestGpuBufferBytes: 0,
  };
  const run: Run = { equipment, gallery, id, held, photograph, model, report, tell, signal };
  if (wish.device === 'webgpu' && !equipment.facts.adapter) {
    throw new AppError('gpu/unavailable', 'This browser gives the page no GPU.');
  }
  const plan = await runPasses(run, wish).catch(async (thrown: unknown) => {
    const error = toAppError(thrown);
    if (!error.code.startsWith('gpu/') || signal.aborted) throw error;
    const sentence = `${error.message} The processor takes over: slower, with colours as good.`;
    run.report.steps.push(sentence);
    await tell({ stage: 'notice', sentence });
    await equipment.giveUpGpu(error.message);
    gallery.dropColourings();
    return runPasses(run, { ...wish, device: 'wasm' });
  });
  assert(held.found, 'A run that ended has found colours.');
  const { chroma, modelName, made } = held.found;
  const { width, height, ab } = chroma;
  return { report: { ...report, plan, made }, chroma: { width, height, ab, modelName, made } };
}

async function runPasses(run: Run, wish: ColorizeWish): Promise<PlanReport> {
  const { equipment, model, photograph } = run;
  const profile = profileOf(equipment.facts, wish.device);
  const plan = planRun(profile, model.card, photograph.lightness, wish);
  const { preview } = model.card.sizes;
  if (wish.wantsPreview && preview < plan.size) {
    const quick = planRun(profile, model.card, photograph.lightness, { ...wish, size: preview });
    await runPass(run, profile, quick, 'preview');
  }
  return runPass(run, profile, plan, 'final');
}

async function runPass(
  run: Run,
  profile: Profile,
  plan: Plan,
  pass: 'preview' | 'final',
): Promise<PlanReport> {
  const { equipment, held, photograph, model, report, tell, signal } = run;
  const planReport = reportOf(plan, model);
  const fetching = (what: Transferred) => (progress: TransferProgress) => {
    const { fetchedBytes, ...bytes } = progress;
    if (fetchedBytes > 0) void tell({ stage: 'fetch', what, ...bytes });
  };
  const place = await equipment.place(plan.backend, { signal, onFetch: fetching('engine') });
  await makeRoom(place, model, profile, plan);
  place.gpu?.ledger.startRun();
  const listener: PassListener = {
    onFetch: fetching('model'),
    onLoad: () => void tell({ stage: 'load', model: model.card.name }),
    onInfer: () => void tell({ stage: 'infer', pass, plan: planReport }),
  };
  const { chroma, colouring } = await colorize(
    photograph,
    plan,
    model,
    place,
    report.ms,
    listener,
    signal,
  );
  if (signal.aborted || !run.gallery.holds(run.id, held)) {
    colouring.dispose();
    throw abortedError();
  }
  held.found = { chroma, modelName: model.card.name, made: madeOf(planReport, report.attempts) };
  held.colouring = colouring;
  noteMemory(report, place);
  const { width, height } = plan.network;
  report.steps.push(
    `${pass === 'preview' ? 'Quick preview' : 'Coloured'} at ${width} × ${height} on ${plan.backend}, ${plan.variant}.`,
  );
  // The preview is on the screen before the longer pass takes the processor.
  await tell({ stage: 'colours', pass, plan: planReport });
  return planReport;
}

/** Sessions of other sizes give way where this plan would not fit beside them. */
async function makeRoom(
  place: ColorizePlace,
  model: Model,
  profile: Profile,
  plan: Plan,
): Promise<void> {
  if (!place.gpu) return;
  const key = sessionKey(place, model, plan.variant, plan.network, 'encode');
  const isCrowded = plan.peakBytes + place.gpu.ledger.liveBytes > profile.budgetBytes;
  if (isCrowded && !place.pool.has(key)) await place.pool.clear();
}

function noteMemory(report: Omit<RunReport, 'plan'>, { gpu }: ColorizePlace): void {
  if (!gpu) return;
  const { peakBytes, largestBufferBytes } = gpu.ledger;
  report.peakGpuBytes = Math.max(report.peakGpuBytes, peakBytes);
  report.largestGpuBufferBytes = Math.max(report.largestGpuBufferBytes, largestBufferBytes);
}

function reportOf({ network, ...plan }: Plan, { card }: Model): PlanReport {
  const size = {
    modelWidth: network.width,
    modelHeight: network.height,
    tileRows: network.height,
  };
  return { ...plan, ...size, model: card.id, modelName: card.name };
}
