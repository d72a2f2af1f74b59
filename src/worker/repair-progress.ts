import type { RepairJob } from '../pipelines/repair/job.ts';
import type { RepairPatch } from '../pipelines/repair/patches.ts';
import type { Progress, RunPast } from './protocol.ts';
import type { DamageSearch, RepairNews, RepairReport } from './repair-protocol.ts';
import type { Workshop } from './workshop.ts';

export type { RepairReport } from './repair-protocol.ts';

/** What a search for damage and a repair tell. */
export type RepairProgress =
  | Extract<Progress, { stage: 'fetch' | 'begin' | 'load' | 'memory' | 'attempt' | 'notice' }>
  | RepairNews;

/** Tells progress; never rejects. It is waited for only where it matters that the page has heard. */
export type TellRepair = (progress: RepairProgress) => Promise<void>;

/** What both calls are given beside their subject. */
export type RepairWish = { device: 'auto' | 'webgpu' | 'wasm'; past: RunPast };

/** Searches a photograph for damage. @throws {AppError} any code; `model/not-found` where no repair model ships. */
export type FindDamage = (
  workshop: Workshop,
  lightness: RepairJob['lightness'],
  wish: RepairWish,
  tell: TellRepair,
  signal: AbortSignal,
) => Promise<DamageSearch>;

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
