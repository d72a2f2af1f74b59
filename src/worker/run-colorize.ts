import { Ladder } from '../planner/ladder.ts';
import { inOrderFrom } from '../planner/model-order.ts';
import type { Plan } from '../planner/plan.ts';
import { rungAt } from '../planner/rung.ts';
import type { Photograph } from '../image/photograph.ts';
import type { Model } from '../models/model.ts';
import { abortedError, assert } from '../shared/errors.ts';
import { colourPass } from './colour-pass.ts';
import type { HeldPhotograph } from './gallery.ts';
import type {
  Attempt,
  ChromaPlanes,
  ColorizeWish,
  Progress,
  RunPast,
  RunReport,
} from './protocol.ts';
import { madeOf, modelGone, passSentence } from './run-words.ts';
import { profileAt, profileOfRun } from './run-profile.ts';
import { endBadly, endWell, stepDown, type Descent } from './step-down.ts';
import { reportOf, Trial } from './trial.ts';
import type { Workshop } from './workshop.ts';

/** Tells progress; settles when the page has heard it, and never rejects. */
type Tell = (progress: Progress) => Promise<void>;

/** One run on one photograph: what its tries share. */
type Run = Workshop &
  Descent & {
    id: string;
    held: HeldPhotograph;
    photograph: Photograph;
    models: readonly Model[];
    wish: ColorizeWish;
    tell: Tell;
    /** Whether a preview is still wanted: none has been drawn yet. */
    wantsPreview: boolean;
  };

/**
 * Plans and runs a photograph: a quick preview at the smallest size where it is wanted, then the
 * planned size. Where that fails, everything of the try is freed, and the same photograph is tried one
 * rung lower, until it works or no rung is left.
 * @param past what the page knows of it from earlier workers.
 * @throws {AppError} any code; below the last rung the last failure's, with all tries in its detail.
 *   After a preview its colours stay, until the page gives back others.
 */
export async function runColorize(
  workshop: Workshop,
  id: string,
  wish: ColorizeWish,
  past: RunPast,
  tell: Tell,
  signal: AbortSignal,
): Promise<{ report: RunReport; chroma: ChromaPlanes }> {
  void tell({ stage: 'read' });
  const { equipment, gallery } = workshop;
  const { held, photograph } = await gallery.get(id);
  const all = (await equipment.library.all()).map(({ model }) => model);
  const chosen = all.find(({ card }) => card.id === wish.model) ?? all[0]!;
  const models = inOrderFrom(chosen, all);
  const steps: string[] = [];
  if (wish.model !== undefined && wish.model !== chosen.card.id) {
    steps.push(modelGone(chosen.card.name));
    void tell({ stage: 'notice', sentence: modelGone(chosen.card.name) });
  }
  const profile = await profileOfRun(workshop, wish, past, steps);
  const cards = models.map(({ card }) => card);
  const ladder = new Ladder(profile, cards, photograph.lightness, wish);
  const { wantsPreview } = wish;
  const run: Run = {
    ...{ ...workshop, id, held, photograph, models, profile, wish, tell, signal, wantsPreview },
    ...{ steps, attempts: [], hasTriedAgain: false },
    cardOf: (plan) => modelOf({ models }, plan).card,
  };
  for (const attempt of past.failed) await stepDown(run, ladder, attempt);
  while (!(await tryPlan(run, ladder))) throwIfClosed(run);
  return resultOf(run);
}

/** Tries the ladder's plan. @returns whether it gave colours; else the ladder stands one rung lower. */
async function tryPlan(run: Run, ladder: Ladder): Promise<boolean> {
  const { plan } = ladder;
  const trial = new Trial(
    reportOf(plan, modelOf(run, plan).card),
    profileAt(run.profile, plan),
    run.tell,
  );
  try {
    const { preview } = modelOf(run, plan).card.sizes;
    if (run.wantsPreview && preview < plan.size) {
      await runPass(run, previewPlan(run, plan, preview), 'preview', trial);
      run.wantsPreview = false;
    }
    await runPass(run, plan, 'final', trial);
    endWell(run, trial);
    return true;
  } catch (thrown) {
    await endBadly(run, ladder, trial, thrown);
    return false;
  } finally {
    trial.end();
  }
}

async function runPass(
  run: Run,
  plan: Plan,
  pass: 'preview' | 'final',
  trial: Trial,
): Promise<void> {
  const { held, tell, signal } = run;
  const model = modelOf(run, plan);
  const report = reportOf(plan, model.card);
  trial.prepare(report);
  const { chroma, colouring } = await colourPass({ ...run, model, plan, pass, trial });
  if (signal.aborted || !run.gallery.holds(run.id, held)) {
    colouring.dispose();
    throw abortedError();
  }
  held.found = { chroma, modelName: model.card.name, made: madeOf(report, run.attempts) };
  held.colouring = colouring;
  run.steps.push(passSentence(pass, report));
  // The preview is on the screen before the longer pass takes the processor.
  await tell({ stage: 'colours', pass, plan: report });
}

function previewPlan(run: Run, plan: Plan, size: number): Plan {
  const { card } = modelOf(run, plan);
  const { lightness } = run.photograph;
  const rung = rungAt(profileAt(run.profile, plan), card, lightness, plan.variant, size);
  return { ...rung, reason: 'The quick look before the run.', considered: [] };
}

function modelOf({ models }: Pick<Run, 'models'>, plan: Plan): Model {
  const model = models.find(({ card }) => card.id === plan.model);
  assert(model, 'A plan is for one of the models it was made from.');
  return model;
}

function resultOf({ held, attempts, steps }: Run) {
  assert(held.found, 'A run that ended has found colours.');
  const { chroma, modelName, made } = held.found;
  const { width, height, ab } = chroma;
  const ms = { decode: 0, load: 0, infer: 0, upsample: 0, encode: 0 };
  for (const attempt of attempts) {
    for (const stage of ['load', 'infer', 'upsample'] as const) ms[stage] += attempt.ms[stage];
  }
  const most = (pick: (attempt: Attempt) => number) => Math.max(...attempts.map(pick));
  const report: RunReport = {
    plan: attempts.at(-1)!.plan,
    steps,
    attempts,
    made,
    ms,
    peakGpuBytes: most((attempt) => attempt.peakGpuBytes),
    largestGpuBufferBytes: most((attempt) => attempt.largestGpuBufferBytes),
  };
  return { report, chroma: { width, height, ab, modelName, made } };
}

/** The photograph may have been closed, or turned, between two tries. */
function throwIfClosed({ gallery, id, held }: Run): void {
  if (!gallery.holds(id, held)) throw abortedError();
}
