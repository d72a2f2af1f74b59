import { PLAIN_LOOK } from '../image/colour/look.ts';
import { maskOfOutline } from '../image/mask/outline-mask.ts';
import { colouringOf } from '../pipelines/colorize/colouring.ts';
import { drawView } from '../pipelines/colorize/draw.ts';
import { guideOf } from '../pipelines/colorize/network-input.ts';
import type { RecolourListener, RecolourPlan } from '../pipelines/recolour/events.ts';
import { whyNotOffered } from '../pipelines/recolour/belonging.ts';
import type { Places } from '../pipelines/recolour/job.ts';
import { recolour } from '../pipelines/recolour/recolour.ts';
import { spreadHints } from '../pipelines/recolour/spread-hints.ts';
import { parseRecolourCard, type RecolourCard } from '../models/recolour-card.ts';
import type { Model } from '../models/model.ts';
import { profileOf, type Profile } from '../planner/profile.ts';
import { cpuPainter } from '../runtime/painter.ts';
import { abortedError } from '../shared/errors.ts';
import type { TransferProgress } from '../shared/transfer.ts';
import { gpuStalled } from './gpu-patience.ts';
import { makeRoom } from './make-room.ts';
import { RecolourTrials } from './recolour-trials.ts';
import type { ChromaPlanes, Progress } from './protocol.ts';
import type {
  ColourHint,
  KeptRegion,
  PreviewImage,
  RecolourAsk,
  RecolourReport,
  RecolourResume,
} from './recolour-protocol.ts';
import { watched, type Allow } from './watchdog.ts';
import type { Workshop } from './workshop.ts';

/** Long edge of a small picture for the contact sheet, in pixels. */
const GLIMPSE_EDGE = 160;
/** A step takes no longer than the coloriser's own pass at this size. */
const LARGEST = { backend: 'webgpu', modelWidth: 512, modelHeight: 512 } as const;

/**
 * Draws other colourings of an open photograph; what it holds and shows is not changed.
 * @param resume what an earlier worker had reached with the same ask.
 * @throws {AppError} any code; what was told stands.
 */
export async function recolourPhotograph(
  workshop: Workshop,
  id: string,
  ask: RecolourAsk,
  resume: RecolourResume | null,
  tell: (progress: Progress) => Promise<void>,
  signal: AbortSignal,
): Promise<RecolourReport> {
  const { equipment, gallery, patience } = workshop;
  const { held, photograph } = await gallery.get(id);
  const recolourer = await equipment.library.tool('recolour', parseRecolourCard);
  const coloriser = await encoderOf(workshop, recolourer.card);
  await equipment.lookForGpu();
  const profile = profileOf(equipment.facts, ask.device, ask.preset);
  const { seeds, vividness, hints, lock, mode } = ask;
  const endPass = profile.backend === 'webgpu' ? patience.beginPass() : () => {};
  const trials = new RecolourTrials(profile, recolourer.card, tell);
  try {
    const { plan, steps, ms } = await recolour({
      photograph,
      request: { seeds, vividness, hints, lock: lock && lockOf(lock), mode, size: 'auto' },
      coloriser,
      recolourer,
      profile,
      places: placesOf(workshop, profile, trials, tell),
      listener: listenerOf(trials, tell),
      signal,
      resume,
    });
    if (!gallery.holds(id, held)) throw abortedError();
    await trials.end(null);
    return { plan, steps, ms };
  } catch (error) {
    if (!signal.aborted) await trials.end(error);
    throw error;
  } finally {
    trials.drop();
    endPass();
  }
}

/** Colours with hints spread over them. @throws {AppError} `bug/invariant` where it is not open. */
export async function spreadOver(
  { gallery }: Workshop,
  id: string,
  colours: ChromaPlanes,
  hints: readonly ColourHint[],
  lock: KeptRegion | null,
): Promise<ChromaPlanes> {
  const { photograph } = await gallery.get(id);
  const { width, height, made } = colours;
  const guide = guideOf(photograph.lightness, width, height);
  const ab = spreadHints({ ...colours, guide }, hints, lock && lockOf(lock));
  const count = `${hints.length} ${hints.length === 1 ? 'colour' : 'colours'}`;
  return { ...colours, ab, made: `${made}, ${count} given by hand and spread` };
}

/** A small picture in other colours. @throws {AppError} `bug/invariant` where it is not open. */
export async function glimpse(
  { gallery }: Workshop,
  id: string,
  { width, height, ab }: ChromaPlanes,
): Promise<PreviewImage> {
  const { photograph } = await gallery.get(id);
  const { lightness } = photograph;
  const guide = guideOf(lightness, width, height);
  const colouring = colouringOf(
    cpuPainter,
    await cpuPainter.fit({ width, height, ab, guide }, lightness),
  );
  const scale = Math.min(1, GLIMPSE_EDGE / Math.max(lightness.width, lightness.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const view = {
    region: { x: 0, y: 0, width: lightness.width, height: lightness.height },
    width: side(lightness.width),
    height: side(lightness.height),
  };
  const image = await colouring.use((inUse) => drawView(photograph, inUse, view, PLAIN_LOOK));
  colouring.dispose();
  return { width: image.width, height: image.height, rgba: image.data };
}

/** The coloriser whose features the recolourer reads, whichever one photographs are coloured with. */
async function encoderOf({ equipment }: Workshop, card: RecolourCard): Promise<Model> {
  const [first, ...others] = await equipment.library.all();
  const isIts = ({ model }: { model: Model }) => whyNotOffered(model.card, card) === null;
  return ([first, ...others].find(isIts) ?? first).model;
}

/** The worker's equipment as the pipeline takes it: room is made, and a GPU that hangs is given up. */
function placesOf(
  { equipment, gallery, patience }: Workshop,
  profile: Profile,
  trials: RecolourTrials,
  tell: (progress: Progress) => Promise<void>,
): Places {
  const onFetch = ({ fetchedBytes, ...bytes }: TransferProgress) => {
    if (fetchedBytes > 0) void tell({ stage: 'fetch', what: 'engine', ...bytes });
  };
  return {
    async open(backend, peakBytes, signal) {
      const place = await equipment.place(backend, { signal, onFetch });
      const { budgetBytes } = backend === profile.backend ? profile : (profile.fallback ?? profile);
      makeRoom(place, gallery, peakBytes, budgetBytes);
      trials.begin(place.backend === 'webgpu' ? place.gpu : null);
      return place;
    },
    giveUp: (gpu) => equipment.renewGpu(gpu),
    watch(what, { backend }, work) {
      // wasm cannot be watched from its own thread.
      if (backend === 'wasm') return work();
      const isSoftware = equipment.adapterReport?.isFallback === true;
      const limitMs =
        what === 'load' ? patience.loadMs(isSoftware) : patience.inferMs(LARGEST, isSoftware);
      const allowed = (allow: Allow) => {
        allow(limitMs);
        return work();
      };
      return watched(allowed, gpuStalled, patience.tickMs);
    },
  };
}

function lockOf({ outline, planes }: KeptRegion) {
  const { width, height } = planes;
  return { mask: { width, height, data: maskOfOutline(outline, width, height) }, planes };
}

/** Hears the pipeline, and tells the page. */
function listenerOf(
  trials: RecolourTrials,
  tell: (progress: Progress) => Promise<void>,
): RecolourListener {
  let plan: RecolourPlan | null = null;
  return {
    onFetch({ fetchedBytes, ...bytes }) {
      if (fetchedBytes > 0) void tell({ stage: 'fetch', what: 'model', ...bytes });
    },
    onPlan(planned) {
      plan = planned;
      trials.plan(planned);
    },
    onStage(stage) {
      trials.onStage(stage);
      void tell({ stage: 'recolour', event: { kind: 'stage', stage, plan } });
    },
    onStep({ step, steps, preview, state }) {
      void tell({ stage: 'recolour', event: { kind: 'step', step, steps, preview, state } });
    },
    onCandidate: (candidate) =>
      tell({ stage: 'recolour', event: { kind: 'candidate', candidate } }),
    onStepDown(sentence, error) {
      void trials.end(error);
      void tell({ stage: 'notice', sentence });
    },
  };
}
