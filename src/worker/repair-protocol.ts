import type { DamageMap } from '../image/mask/damage-map.ts';
import type { MaskRecipe } from '../image/mask/mask-recipe.ts';
import type {
  RepairMode,
  RepairPlace,
  RepairPreview,
  RepairState,
} from '../pipelines/repair/job.ts';
import type { RepairPatch } from '../pipelines/repair/patches.ts';
import type { Outcome } from '../shared/outcome.ts';
import type { Attempt, Progress, RunPast } from './protocol.ts';

export type { RepairMode, RepairPreview } from '../pipelines/repair/job.ts';

/** All that a repair follows from, besides the photograph and the model: it can be made again. */
export type RepairRecipe = {
  mask: MaskRecipe;
  mode: RepairMode;
  /** A whole number, 0…2⁵³−1; another one fills the same damage differently. */
  seed: number;
};

/** What is to be repaired, and what is known of it already. */
export type RepairOrder = {
  recipe: RepairRecipe;
  /** The damage that was found; null where none was looked for. */
  map: DamageMap | null;
  /** Where an earlier worker stood with the same order; null to begin. */
  state: RepairState | null;
};

/** What a repair changed and how it was made: small, and all that another worker needs to have it again. */
export type Repair = {
  recipe: RepairRecipe;
  patches: RepairPatch[];
  /** Repaired pixels in parts of all. */
  share: number;
  /** Name of the model and how it was run, in a few words, for the mark in saved files. */
  modelName: string;
  made: string;
};

/** What a search for damage and a repair tell, and colouring does not. */
export type RepairNews =
  /** How it will be run: a sentence for people. */
  | { stage: 'repair-plan'; sentence: string; tileSide: number; steps: number }
  /** Kernels are compiled for the first time; later photographs do not wait for it. */
  | { stage: 'warm-up' }
  /** Tiles of the photograph have been searched for damage. */
  | { stage: 'searched'; tile: number; tiles: number }
  /** A tile of a step is done. */
  | { stage: 'sampling'; place: RepairPlace }
  /** A step is done. A worker that is given `state` goes on from here. */
  | { stage: 'sampled'; place: RepairPlace; preview: RepairPreview; state: RepairState };

/** What a search or a repair did. */
export type RepairReport = {
  /** Every try, in order: those that failed, and the one that ended well. Its plan's `size` is a tile's side. */
  attempts: Attempt[];
  /** Sentences for people, also the steps down. */
  steps: string[];
  /** Milliseconds of the first tile of all, compiling included, and of a tile later on (their mean). */
  firstTileMs: number;
  laterTileMs: number;
  /** Highest number of live GPU bytes; 0 on wasm. */
  peakGpuBytes: number;
};

/** Where damage was found, how sensitive the model's card begins (0–1), and what the search did. */
export type DamageSearch = { map: DamageMap; sensitivity: number; report: RepairReport };

/** The engine's calls for repairs. */
export type RepairCalls = {
  /** Searches a photograph, as its file has it, for damage. */
  findDamage(
    job: string,
    id: string,
    past: RunPast,
    onProgress: (progress: Progress) => void,
  ): Promise<Outcome<DamageSearch>>;
  /**
   * Repairs a photograph, as its file has it, in place of the repair before. Views, files and the runs that follow
   * see what it has become; colours that were found stay. Null where nothing was marked: nothing is changed then.
   */
  repair(
    job: string,
    id: string,
    order: RepairOrder,
    past: RunPast,
    onProgress: (progress: Progress) => void,
  ): Promise<Outcome<{ repair: Repair | null; report: RepairReport }>>;
  /** Gives back a repair that an earlier worker made; null takes away the one there is. */
  setRepair(id: string, repair: Repair | null): Promise<Outcome<void>>;
};
