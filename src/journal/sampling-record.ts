import type { Progress } from '../worker/protocol.ts';
import type { SamplingRecord } from './entry.ts';

/** What is known before anything is told. @param wanted colourings that are asked for; null where it is none. */
export function samplingBefore(wanted: number | null): SamplingRecord {
  return { tiles: null, passes: null, steps: null, wanted, drawn: wanted === null ? null : 0 };
}

/** What is known after progress is told. */
export function samplingAfter(
  known: SamplingRecord | null,
  progress: Progress,
): SamplingRecord | null {
  if (!known) return null;
  switch (progress.stage) {
    case 'repair-plan':
      return { ...known, steps: progress.steps };
    case 'searched':
      return { ...known, tiles: progress.tiles };
    case 'sampling':
    case 'sampled': {
      const { passes, tiles } = progress.place;
      return { ...known, passes, tiles };
    }
    case 'recolour': {
      const { event } = progress;
      if (event.kind === 'candidate') return { ...known, drawn: (known.drawn ?? 0) + 1 };
      return event.kind === 'step' ? { ...known, steps: event.steps } : known;
    }
    default:
      return known;
  }
}
