import { damageIn } from '../image/mask/damage-map.ts';
import { drawMask } from '../image/mask/draw-mask.ts';
import { wholeWindow, type Mask } from '../image/mask/mask.ts';
import type { LightnessPlane } from '../image/photograph.ts';
import { guideOf } from '../pipelines/colorize/network-input.ts';
import { abortedError } from '../shared/errors.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { networkError } from '../shared/transfer.ts';
import type { Gallery } from './gallery.ts';
import { heardBy } from './heard-by.ts';
import type { Jobs } from './jobs.ts';
import type {
  Repair,
  RepairCalls,
  RepairOrder,
  RepairRecipe,
  RepairReport,
} from './repair-protocol.ts';
import { madeOf } from './run-words.ts';
import type { Workshop } from './workshop.ts';

/** Of a repair of which nothing was marked. */
const NOTHING_DONE: RepairReport = {
  attempts: [],
  steps: [],
  firstTileMs: 0,
  laterTileMs: 0,
  peakGpuBytes: 0,
};

/** The engine's calls for repairs. What does the work is loaded with the first: few visits need it. */
export function repairCalls(workshop: () => Promise<Workshop>, jobs: Jobs): RepairCalls {
  return {
    findDamage: (job, id, past, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) => {
          const [{ searchDamage }, shop] = await Promise.all([repairing(), workshop()]);
          const { source } = await shop.gallery.get(id);
          const wish = { device: 'auto', past } as const;
          return searchDamage(shop, source.lightness, wish, heardBy(onProgress), signal);
        }),
      ),
    repair: (job, id, order, past, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) => {
          const [{ repairPhotograph }, shop] = await Promise.all([repairing(), workshop()]);
          const { held, source } = await shop.gallery.get(id);
          const { recipe, state } = order;
          const mask = maskOf(source.lightness, order);
          if (!mask.data.includes(1)) return { repair: null, report: NOTHING_DONE };
          const { patches, report } = await repairPhotograph(
            shop,
            { lightness: source.lightness, mask, mode: recipe.mode, seed: recipe.seed, state },
            { device: 'auto', past },
            heardBy(onProgress),
            signal,
          );
          if (!shop.gallery.holds(id, held)) throw abortedError();
          const made = { recipe, patches, share: shareOf(mask), ...mark(recipe, report) };
          await putRepair(shop.gallery, id, made);
          return { repair: made, report };
        }),
      ),
    setRepair: (id, repair) =>
      outcomeOf(async () => putRepair((await workshop()).gallery, id, repair)),
  };
}

/** @throws {AppError} `net/*`. */
function repairing(): Promise<typeof import('./run-repair.ts')> {
  return import('./run-repair.ts').catch((error: unknown) => {
    throw networkError(error, new URL(import.meta.url), 'engine');
  });
}

function maskOf(photograph: LightnessPlane, { recipe, map }: RepairOrder): Mask {
  const window = wholeWindow(photograph);
  return drawMask(recipe.mask, window, map && damageIn(map, window));
}

function shareOf({ data }: Mask): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** How it was made, in a few words, for those who find the file later. */
function mark({ mode, seed }: RepairRecipe, { attempts }: RepairReport) {
  const { plan } = attempts.at(-1)!;
  return { modelName: plan.modelName, made: `${mode}, ${madeOf(plan, attempts)}, seed ${seed}` };
}

/** Gives a photograph its repair. Colours that were found stay, and follow the lightness that there is now. */
async function putRepair(gallery: Gallery, id: string, repair: Repair | null): Promise<void> {
  const { held } = await gallery.get(id);
  held.repair = repair;
  const { photograph } = await gallery.get(id);
  if (!held.found) return;
  const { chroma } = held.found;
  const guide = guideOf(photograph.lightness, chroma.width, chroma.height);
  held.found = { ...held.found, chroma: { ...chroma, guide } };
}
