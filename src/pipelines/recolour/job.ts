import type { Photograph } from '../../image/photograph.ts';
import type { Model } from '../../models/model.ts';
import type { RecolourCard } from '../../models/recolour-card.ts';
import type { Profile } from '../../planner/profile.ts';
import type { Gpu } from '../../runtime/gpu.ts';
import type { Place } from '../colorize/place.ts';
import type { RecolourChoice } from './choices.ts';
import type { RecolourListener, RecolourResume } from './events.ts';
import type { RecolourRequest } from './request.ts';

/** Where networks run, and what becomes of a device that failed; the worker's equipment gives it. */
export type Places = {
  /**
   * @param peakBytes that the job will take: room is made for it.
   * @throws {AppError} `gpu/unavailable`, `worker/blocked`, `net/*`.
   */
  open(backend: Place['backend'], peakBytes: number, signal: AbortSignal): Promise<Place>;
  /** Gives back a device that failed, with all that is on it; the next `open` makes another. */
  giveUp(gpu: Gpu): void;
  /**
   * Waits for work that may never settle on a GPU, for as long as its kind may take: files are not among it.
   * @throws {AppError} `gpu/stalled`; whatever `work` throws.
   */
  watch<T>(
    what: 'load' | 'look' | 'step',
    choice: Pick<RecolourChoice, 'backend' | 'work'>,
    work: () => Promise<T>,
  ): Promise<T>;
};

/** One request on one photograph. */
export type RecolourJob = {
  photograph: Photograph;
  request: RecolourRequest;
  /** The model that colours photographs now; it must be the one that the recolourer was trained on. */
  coloriser: Model;
  recolourer: Model<RecolourCard>;
  /** Of the machine, as for runs of the coloriser. */
  profile: Profile;
  places: Places;
  listener: RecolourListener;
  signal: AbortSignal;
  /** What an earlier worker had reached with the same request; null where nothing has begun. */
  resume: RecolourResume | null;
};
