import { AppError } from '../../shared/errors.ts';

/** A whole photograph's ab on a grid, planar (a then b), in Lab units, as `ChromaPlanes` have them. */
export type AbPlanes = { width: number; height: number; ab: Float32Array };

/** A place that somebody gave a colour. */
export type ColourHint = {
  /** 0–1 of the photograph's width and height. */
  x: number;
  y: number;
  /** Lab. */
  a: number;
  b: number;
  /** How far it may spread where nothing stops it, in parts of the photograph's longer side; see {@link HINT_RADIUS}. */
  radius: number;
};

/** A region whose colours stay as they are in every candidate. */
export type ColourLock = {
  /** A grid over the whole photograph, row by row: 0 is free, 255 is locked, what lies between is mixed. */
  mask: { width: number; height: number; data: Uint8Array };
  /** What is kept there; only where the mask says so. */
  planes: AbPlanes;
};

/** `draft`: fewer steps, for choosing. `final`: all steps, for keeping. The same seed gives a like picture in both. */
export type RecolourMode = 'draft' | 'final';

/** What is asked of one photograph. Plain data: the same request gives the same colours. */
export type RecolourRequest = {
  /** One candidate each; whole numbers, 0…2⁵³−1, none twice. */
  seeds: readonly number[];
  /** Guidance: 1 leads nowhere and costs half; see {@link VIVIDNESS}. */
  vividness: number;
  hints: readonly ColourHint[];
  lock: ColourLock | null;
  mode: RecolourMode;
  /** In place of the steps that the model's card has for the mode; at most 50. */
  steps?: number;
  /** Side of the square whose area the encoder sees, as in a run of the coloriser. */
  size: 'auto' | number;
};

/** Guidance that can be asked for, and what is asked where nothing is said. */
export const VIVIDNESS = { least: 1, usual: 1.5, most: 3 } as const;
/** Reach of a hint in parts of the longer side, and what is usual. */
export const HINT_RADIUS = { least: 0.01, usual: 0.12, most: 0.5 } as const;
/** Candidates of one request, and hints. */
export const MOST_SEEDS = 64;
export const MOST_HINTS = 64;

/** Steps that may be asked for by number. */
const MOST_STEPS = 50;

/** Steps that a request takes. @param sampling what suits the model, of its card. */
export function stepsOf(
  { mode, steps }: Pick<RecolourRequest, 'mode' | 'steps'>,
  sampling: Record<RecolourMode, { steps: number }>,
): number {
  return steps ?? sampling[mode].steps;
}

/** @throws {AppError} `bug/invariant` naming what is out of its range: pages offer nothing of the kind. */
export function checkRequest(request: RecolourRequest): void {
  const { seeds, vividness, hints, lock } = request;
  const isSeed = (seed: number) => Number.isSafeInteger(seed) && seed >= 0;
  claim(seeds.length >= 1 && seeds.length <= MOST_SEEDS, `1 to ${MOST_SEEDS} seeds`);
  claim(seeds.every(isSeed), 'seeds that are whole numbers from 0');
  claim(new Set(seeds).size === seeds.length, 'no seed twice');
  claim(isWithin(vividness, VIVIDNESS.least, VIVIDNESS.most), 'a vividness of 1 to 3');
  const { steps = 1 } = request;
  claim(Number.isInteger(steps) && isWithin(steps, 1, MOST_STEPS), `1 to ${MOST_STEPS} steps`);
  claim(hints.length <= MOST_HINTS, `${MOST_HINTS} hints at most`);
  for (const { x, y, a, b, radius } of hints) {
    claim(isWithin(x, 0, 1) && isWithin(y, 0, 1), 'hints inside the photograph');
    claim(isWithin(a, -128, 128) && isWithin(b, -128, 128), 'hints with a colour of Lab');
    claim(isWithin(radius, HINT_RADIUS.least, HINT_RADIUS.most), 'hints with a radius of 0.01–0.5');
  }
  if (!lock) return;
  const { mask, planes } = lock;
  claim(mask.data.length === mask.width * mask.height && mask.data.length > 0, 'a whole mask');
  claim(planes.ab.length === 2 * planes.width * planes.height, 'whole planes to keep');
  claim(planes.ab.length > 0 && planes.ab.every(Number.isFinite), 'planes made of numbers');
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function claim(isTrue: boolean, what: string): void {
  if (isTrue) return;
  throw new AppError('bug/invariant', `Several colourings need ${what}.`, { detail: { what } });
}
