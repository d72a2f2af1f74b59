import type { Desk } from '../batch/desk.svelte.ts';
import type { Photo } from '../photo/photo.svelte.ts';
import { Marking } from './marking.svelte.ts';
import { Recolouring } from './recolouring.svelte.ts';

const known = new WeakMap<Photo, Marking>();

/** The photograph's own, made when it is first asked for: what was drawn stays while the tool is closed. */
export function markingOf(photo: Photo, desk: Desk): Marking {
  const before = known.get(photo);
  if (before) return before;
  const { journal, tuning } = desk;
  const marking = new Marking(new Recolouring(photo, { journal, preset: () => tuning.preset }));
  known.set(photo, marking);
  return marking;
}

/** The same where the tool has been opened. */
export function openMarkingOf(photo: Photo): Marking | undefined {
  return known.get(photo);
}
