import { faultsNamed, type FaultKind, type PlannedFault } from './kinds.ts';

/** Of the places where a fault can strike, the last few are left out: a batch may end before them. */
const LAST_SHARE = 0.95;
/** Part of the faults that strike again and again. */
const LASTING = 0.3;
/** Photographs in a batch. */
const BATCHES = [2, 3] as const;
/** Faults that strike once by their nature: what comes after is the same as without them. */
const ONCE_ONLY: ReadonlySet<FaultKind> = new Set([
  'network-cut',
  'worker-terminated',
  'shard-corrupted',
  'page-hidden',
  'cancelled',
]);
/** Faults of a machine, which stays as it is for the whole run. */
const ALWAYS_LASTING: ReadonlySet<FaultKind> = new Set([
  'adapter-vanished',
  'processor-unreachable',
  'storage-quota',
]);

/** What to keep to; where it says nothing, all that strikes colouring, and batches of two or three. */
export type ScheduleLimits = {
  /** Names of {@link faultsNamed}. */
  kinds?: readonly string[] | undefined;
  photographs?: number | undefined;
};

/**
 * Runs in random order, each kind as often as any other (the first ones once more where the number
 * cannot be divided). The same seed gives the same runs.
 */
export function scheduleOf(
  runs: number,
  seed: number,
  { kinds: names = ['colouring'], photographs: wished }: ScheduleLimits = {},
): PlannedFault[] {
  const random = randomFrom(seed);
  const kinds = names.flatMap(faultsNamed);
  const planned = Array.from({ length: runs }, (_, run) => {
    const { job, kind } = kinds[run % kinds.length]!;
    const [share, draw, lasting, batch] = [random(), random(), random(), random()];
    const isColouring = job === 'colouring';
    const moment = isColouring ? 0 : random() * LAST_SHARE;
    const isLasting = !ONCE_ONLY.has(kind) && (ALWAYS_LASTING.has(kind) || lasting < LASTING);
    const together = wished ?? BATCHES[Math.floor(batch * BATCHES.length)]!;
    const photographs = isColouring ? together : 1;
    return { job, kind, share: share * LAST_SHARE, moment, draw, isLasting, photographs };
  });
  for (let last = planned.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [planned[last], planned[other]] = [planned[other]!, planned[last]!];
  }
  return planned;
}

/** Numbers from 0 up to 1, the same for a seed (mulberry32 by Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
