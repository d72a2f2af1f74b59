import type { DamageMap } from '../image/mask/damage-map.ts';
import type {
  RepairJob,
  RepairPlace,
  RepairPreview,
  RepairState,
} from '../pipelines/repair/job.ts';
import type { RepairPatch } from '../pipelines/repair/patches.ts';
import type { Attempt, Progress, RunPast } from './protocol.ts';
import type { Workshop } from './workshop.ts';

/** What a search for damage and a repair tell, beside what they share with colouring. */
export type RepairProgress =
  | Extract<Progress, { stage: 'fetch' | 'begin' | 'load' | 'memory' | 'attempt' | 'notice' }>
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

/** Tells progress; never rejects. It is waited for only where it matters that the page has heard. */
export type TellRepair = (progress: RepairProgress) => Promise<void>;

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

/** What both calls are given beside their subject. */
export type RepairWish = { device: 'auto' | 'webgpu' | 'wasm'; past: RunPast };

/** Searches a photograph for damage. @throws {AppError} any code; `model/not-found` where no repair model ships. */
export type FindDamage = (
  workshop: Workshop,
  lightness: RepairJob['lightness'],
  wish: RepairWish,
  tell: TellRepair,
  signal: AbortSignal,
) => Promise<{ map: DamageMap; report: RepairReport }>;

/**
 * Repairs what a mask says, and nothing else. Where a GPU fails, the same work goes on one rung lower from the last
 * step that stands.
 * @throws {AppError} any code; `model/not-found` where no repair model ships.
 */
export type Repair = (
  workshop: Workshop,
  job: RepairJob,
  wish: RepairWish,
  tell: TellRepair,
  signal: AbortSignal,
) => Promise<{ patches: RepairPatch[]; report: RepairReport }>;
