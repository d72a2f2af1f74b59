import { colorize, type PassListener } from '../pipelines/colorize/colorize.ts';
import { planRun, type Plan } from '../planner/plan.ts';
import { profileOf } from '../planner/profile.ts';
import type { Photograph } from '../image/photograph.ts';
import type { Model } from '../models/model.ts';
import { AppError, toAppError } from '../shared/errors.ts';
import type { Equipment } from './equipment.ts';
import type { Gallery, HeldPhotograph } from './gallery.ts';
import type { ChromaPlanes, ColorizeWish, PlanReport, Progress, RunReport } from './protocol.ts';

/** Tells progress; may answer a promise that the run waits for. */
type Tell = (progress: Progress) => unknown;

/** One run on one photograph: what its passes share. */
type Run = {
  equipment: Equipment;
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
 * @throws {AppError} any code; colours of an earlier run stay.
 */
export async function runColorize(
  equipment: Equipment,
  gallery: Gallery,
  id: string,
  wish: ColorizeWish,
  tell: Tell,
  signal: AbortSignal,
): Promise<{ report: RunReport; chroma: ChromaPlanes }> {
  tell({ stage: 'read' });
  const { held, photograph } = await gallery.get(id);
  const model = await equipment.model(signal);
  const ms = { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 };
  const report = { steps: [], ms, peakGpuBytes: 0, largestGpuBufferBytes: 0 };
  const run: Run = { equipment, held, photograph, model, report, tell, signal };
  if (wish.device === 'webgpu' && !equipment.facts.adapter) {
    throw new AppError('gpu/unavailable', 'This browser gives the page no GPU.');
  }
  const plan = await runPasses(run, wish).catch(async (thrown: unknown) => {
    const error = toAppError(thrown);
    if (!error.code.startsWith('gpu/') || signal.aborted) throw error;
    const sentence = `${error.message} The processor takes over: slower, with the same colours.`;
    run.report.steps.push(sentence);
    await tell({ stage: 'notice', sentence });
    gallery.dropColourings();
    await equipment.giveUpGpu();
    return runPasses(run, { ...wish, device: 'wasm' });
  });
  const { width, height, ab } = held.chroma!;
  return { report: { ...report, plan }, chroma: { width, height, ab } };
}

async function runPasses(run: Run, wish: ColorizeWish): Promise<PlanReport> {
  const { equipment, model, photograph } = run;
  const profile = profileOf(equipment.facts, wish.device);
  const plan = planRun(profile, model.card, photograph.lightness, wish);
  const { preview } = model.card.sizes;
  if (wish.wantsPreview && preview < plan.size) {
    const quick = planRun(profile, model.card, photograph.lightness, { ...wish, size: preview });
    await runPass(run, quick, 'preview');
  }
  return runPass(run, plan, 'final');
}

async function runPass(run: Run, plan: Plan, pass: 'preview' | 'final'): Promise<PlanReport> {
  const { equipment, held, photograph, model, report, tell, signal } = run;
  const planReport = reportOf(plan, model);
  const place = await equipment.place(plan.backend);
  place.gpu?.ledger.startRun();
  const listener: PassListener = {
    onFetch: ({ fetchedBytes, ...bytes }) => {
      if (fetchedBytes > 0) tell({ stage: 'fetch', ...bytes });
    },
    onLoad: () => tell({ stage: 'load', model: model.card.name }),
    onInfer: () => tell({ stage: 'infer', pass, plan: planReport }),
  };
  const coloured = await colorize(photograph, plan, model, place, report.ms, listener, signal);
  held.chroma = coloured.chroma;
  held.colouring = coloured.colouring;
  report.peakGpuBytes = Math.max(report.peakGpuBytes, place.gpu?.ledger.peakBytes ?? 0);
  report.largestGpuBufferBytes = Math.max(
    report.largestGpuBufferBytes,
    place.gpu?.ledger.largestBufferBytes ?? 0,
  );
  const { width, height } = plan.network;
  report.steps.push(
    `${pass === 'preview' ? 'Quick preview' : 'Coloured'} at ${width} × ${height} on ${plan.backend}, ${plan.variant}.`,
  );
  // The preview is on the screen before the longer pass takes the processor.
  await tell({ stage: 'colours', pass, plan: planReport });
  return planReport;
}

function reportOf({ network, ...plan }: Plan, { card }: Model): PlanReport {
  const size = { modelWidth: network.width, modelHeight: network.height };
  return { ...plan, ...size, model: card.id, modelName: card.name };
}
