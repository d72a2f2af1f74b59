import type { Photograph } from '../../image/photograph.ts';
import type { Model } from '../../models/model.ts';
import type { Profile } from '../../planner/profile.ts';
import type { Gpu } from '../../runtime/gpu.ts';
import type { Place } from '../colorize/place.ts';
import type { RecolourListener, RecolourResult, RecolourResume } from './events.ts';
import type { RecolourRequest } from './request.ts';

/** Where networks run, and what becomes of a device that failed; the worker's equipment gives it. */
export type Places = {
  /** @throws {AppError} `gpu/unavailable`, `worker/blocked`, `net/*`. */
  open(backend: Place['backend'], signal: AbortSignal): Promise<Place>;
  /** Gives back a device that failed, with all that is on it; the next `open` makes another. */
  giveUp(gpu: Gpu): void;
};

/** One request on one photograph. */
export type RecolourJob = {
  photograph: Photograph;
  request: RecolourRequest;
  /** The model that colours photographs now; it must be the one that the recolourer was trained on. */
  coloriser: Model;
  recolourer: Model;
  /** Of the machine, as for runs of the coloriser. */
  profile: Profile;
  places: Places;
  listener: RecolourListener;
  signal: AbortSignal;
  /** What an earlier worker had reached with the same request; null where nothing has begun. */
  resume: RecolourResume | null;
};

/**
 * Draws a candidate for each seed: DDColor's encoder and answer once, then steps from noise to colours. Where
 * something fails it goes on with less from the last good latents; candidates that are done stay done.
 * @throws {AppError} `model/incompatible` where the models do not belong together; `job/aborted`; `net/*`, `model/*`;
 *   below the last rung what failed there.
 */
export type Recolour = (job: RecolourJob) => Promise<RecolourResult>;
