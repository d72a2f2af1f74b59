import type { LightnessPlane } from '../../image/photograph.ts';
import type { RepairSampling } from '../../models/repair-card.ts';
import { AppError, assert } from '../../shared/errors.ts';
import { mixNoise, levelAt, type NoiseLevels } from '../diffusion/noise-levels.ts';
import { sample, stateAt, type SamplingState } from '../diffusion/sample.ts';
import { DamagedPixels } from './damaged-pixels.ts';
import { grayOf } from './gray.ts';
import type { RepairJob, RepairPlace, RepairPreview, RepairState } from './job.ts';
import { makePatches } from './make-patches.ts';
import { applyPatches, type RepairPatch } from './patches.ts';
import { countPasses, levelsOf, passOf } from './passes.ts';
import { PreviewProxy } from './preview.ts';
import { StepEstimate } from './step-estimate.ts';
import type { HeldNetwork } from './tile-network.ts';
import { tiledDenoiser } from './tiled-denoiser.ts';
import { layTiles, type TileGrid } from './tiles.ts';

/** Where the restorer comes from; it is released after the pass. */
export type OpenRestorer = (grid: Pick<TileGrid, 'width' | 'height'>) => Promise<HeldNetwork>;

/** What a run tells. */
export type RepairListener = {
  /** A tile of a step begins; waited for. */
  onTile(place: RepairPlace): unknown;
  /** A step has ended; waited for. */
  onStep(place: RepairPlace, preview: RepairPreview, state: RepairState): unknown;
};

/** A pass under way. */
type Running = {
  plane: LightnessPlane;
  damage: DamagedPixels;
  levels: NoiseLevels;
  sampling: SamplingState;
  estimate: StepEstimate;
  preview: PreviewProxy;
};

/**
 * A repair while it goes on. What it knows belongs to no tile and to no device: where {@link goOn} throws, another
 * call goes on from the last step that stands and from the tiles of the next that were found, on tiles of any size,
 * wherever these are computed.
 */
export class RepairRun {
  readonly passes: number;
  readonly #job: RepairJob;
  readonly #wished: RepairSampling;
  #pass: number;
  #running: Running;

  /** @param sampling of a pass that begins with noise alone; a job that goes on keeps its own. */
  constructor(job: RepairJob, sampling: RepairSampling) {
    const { lightness, mask, state } = job;
    assert(
      mask.width === lightness.width && mask.height === lightness.height,
      'A mask is as large as its photograph.',
    );
    this.#job = job;
    this.#wished = state?.sampling ?? sampling;
    this.passes = countPasses(mask);
    this.#pass = state?.pass ?? 0;
    this.#running = this.#begin(null);
    if (!state) return;
    const { latent } = this.#running.sampling;
    assert(latent.length === state.latent.length, 'That was another repair’s state.');
    this.#running.sampling = stateAt(state.latent.slice(), state.step);
  }

  /** Runs of the restorer that all passes and steps from here on take, on tiles of a side. */
  countRuns(side: number, multiple: number): number {
    const { plane, damage, levels, sampling } = this.#running;
    const left = levels.sigmas.length - 1 - sampling.step;
    const now = layTiles(plane, side, multiple, damage).tiles.length * left;
    // Each pass has twice the sides of the one before, and begins at a later step.
    const each = now / Math.max(1, left);
    let more = 0;
    for (let pass = this.#pass + 1; pass < this.passes; pass++) {
      more +=
        each * 4 ** (pass - this.#pass) * (levelsOf(false, this.#wished.steps).sigmas.length - 1);
    }
    return Math.round((now + more) * this.#wished.views);
  }

  /**
   * Takes the steps that are left.
   * @param side of the tiles, a multiple of `multiple`.
   * @throws {AppError} `job/aborted`, `output/implausible`; whatever the restorer throws.
   */
  async goOn(
    open: OpenRestorer,
    tile: { side: number; multiple: number },
    listener: RepairListener,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      await this.#finishPass(open, tile, listener, signal);
      if (this.#pass + 1 === this.passes) return;
      this.#pass++;
      this.#running = this.#begin(this.#running);
    }
  }

  /** What was found, once {@link goOn} has ended well. */
  patches(): RepairPatch[] {
    const { damage, sampling } = this.#running;
    return makePatches(damage, sampling.latent);
  }

  async #finishPass(
    open: OpenRestorer,
    { side, multiple }: { side: number; multiple: number },
    listener: RepairListener,
    signal: AbortSignal,
  ): Promise<void> {
    const { plane, damage, levels, sampling, estimate, preview } = this.#running;
    const grid = layTiles(plane, side, multiple, damage);
    if (grid.tiles.length === 0 || sampling.step + 1 === levels.sigmas.length) return;
    const restorer = await open(grid);
    const placeAt = (step: number, tile: number): RepairPlace => ({
      ...{ pass: this.#pass + 1, passes: this.passes },
      ...{ step: step + 1, steps: levels.sigmas.length - 1 },
      ...{ tile: tile + 1, tiles: grid.tiles.length },
    });
    try {
      const onTile = (tile: number) => listener.onTile(placeAt(sampling.step, tile));
      const denoise = tiledDenoiser({
        ...{ plane, damage, grid, restorer: restorer.value, estimate, onTile },
        views: this.#wished.views,
      });
      const noise = {
        seed: this.#job.seed,
        x: 0,
        y: 0,
        width: damage.count,
        height: 1,
        channels: 1,
      };
      await sample(sampling, {
        ...{ sampler: 'flow-euler', levels, denoise, noise, signal },
        onStep: async ({ step, denoised, latent }) => {
          const place = placeAt(step - 1, grid.tiles.length - 1);
          const state: RepairState = {
            ...{ pass: this.#pass, step, sampling: this.#wished },
            latent: latent.slice(),
          };
          await listener.onStep(place, preview.draw(denoised), state);
        },
      });
    } catch (error) {
      // A network that answered with nonsense may have erred before, unseen.
      if (error instanceof AppError && error.code === 'output/implausible') estimate.clear();
      throw error;
    } finally {
      restorer.release();
    }
  }

  /** The next pass, from noise and what the coarser one has found. */
  #begin(before: Running | null): Running {
    const { lightness, mask, seed } = this.#job;
    const { plane, mask: small } = passOf(lightness, mask, this.#pass, this.passes);
    const isFirst = this.#pass === 0;
    const damage = new DamagedPixels(small);
    const levels = levelsOf(isFirst, this.#wished.steps);
    // Each pass has noise of its own.
    const latent = damage.noise(seed, this.#pass);
    if (before) mixNoise(latent, enlarged(before, damage), latent, levelAt(levels, 0));
    const preview = new PreviewProxy(plane, damage);
    const estimate = new StepEstimate(damage);
    return { plane, damage, levels, sampling: stateAt(latent), estimate, preview };
  }
}

/** What a coarser pass has found, at the damaged pixels of a finer one: bilinear. @returns −1…1. */
function enlarged({ plane, damage, sampling }: Running, finer: DamagedPixels): Float32Array {
  const { width, height } = plane;
  const repaired = { width, height, data: plane.data.slice() };
  applyPatches(repaired, makePatches(damage, sampling.latent));
  const at = (x: number, y: number) => grayOf(repaired.data[y * width + x]!);
  const [across, down] = [width / finer.width, height / finer.height];
  const result = new Float32Array(finer.count);
  for (let y = 0; y < finer.height; y++) {
    const [top, bottom, lower] = between((y + 0.5) * down - 0.5, height);
    const { first, end } = finer.span(y, 0, finer.width);
    for (let i = first; i < end; i++) {
      const [left, right, share] = between((finer.columns[i]! + 0.5) * across - 0.5, width);
      const above = at(left, top) * (1 - share) + at(right, top) * share;
      const below = at(left, bottom) * (1 - share) + at(right, bottom) * share;
      result[i] = above * (1 - lower) + below * lower;
    }
  }
  return result;
}

/** The two samples beside a place, and the second one's share. */
function between(place: number, samples: number): [number, number, number] {
  const inside = Math.min(samples - 1, Math.max(0, place));
  const first = Math.floor(inside);
  return [first, Math.min(samples - 1, first + 1), inside - first];
}
