import { findDamage, searchedPlane } from '../pipelines/repair/find-damage.ts';
import { RepairRun, type RepairListener } from '../pipelines/repair/repair-run.ts';
import { planSampling } from '../planner/sampling.ts';
import type { FindDamage, Repair } from './repair-progress.ts';
import { runOnTiles, type TileTry } from './tile-run.ts';

/** Searches a photograph for damage. */
export const searchDamage: FindDamage = async (workshop, lightness, wish, tell, signal) => {
  const plane = searchedPlane(lightness);
  const work = async ({ plan, card, open, signal: ended }: TileTry) => {
    const tile = { side: plan.size, multiple: card.network.multiple };
    const onTile = (done: number, tiles: number) =>
      void tell({ stage: 'searched', tile: done, tiles });
    const map = await findDamage(plane, open, tile, onTile, ended);
    return { map, sensitivity: card.detection.sensitivity };
  };
  const { value, report } = await runOnTiles(workshop, 'detect', work, wish, tell, signal);
  return { ...value, report };
};

/** Repairs what a mask says, and nothing else; goes on from the last step that stands where something fails. */
export const repairPhotograph: Repair = async (workshop, job, wish, tell, signal) => {
  let run: RepairRun | null = null;
  const work = async (attempt: TileTry) => {
    run ??= await begun(attempt);
    const tile = { side: attempt.plan.size, multiple: attempt.card.network.multiple };
    const listener: RepairListener = {
      onTile: (place) => void tell({ stage: 'sampling', place }),
      onStep: (place, preview, state) => tell({ stage: 'sampled', place, preview, state }),
    };
    await run.goOn(attempt.open, tile, listener, attempt.signal);
    return run.patches();
  };
  const begun = async ({ plan, macs, card, isSlow }: TileTry) => {
    const wished = card.sampling[job.mode];
    const first = new RepairRun(job, wished);
    const { backend, size: tileSide } = plan;
    const tileRuns = first.countRuns(tileSide, card.network.multiple);
    const { steps, views, reason } = planSampling({ backend, isSlow }, wished, tileRuns, macs);
    const often = steps === 1 ? '1 step' : `${steps} steps`;
    const mirrored = views === 1 ? '' : `, the mean of ${views} mirrored views`;
    const what = `Tiles of ${tileSide} × ${tileSide} in ${often}${mirrored}.`;
    const sentence = reason ? `${what} ${reason}` : what;
    await tell({ stage: 'repair-plan', sentence, tileSide, steps });
    return reason ? new RepairRun(job, { steps, views }) : first;
  };
  const { value, report } = await runOnTiles(workshop, 'restore', work, wish, tell, signal);
  return { patches: value, report };
};
