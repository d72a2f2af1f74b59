import type { Machine } from '../../worker/protocol.ts';
import { words } from '../i18n/offline.ts';
import type { Offline } from './offline.svelte.ts';

/** Whether photographs can be coloured without a network, in words, and what could be done for it. */
export type Readiness = { title: string; sentence: string; canFetch: boolean };

/** What is true now; nothing is promised that is not kept. */
export function readiness(
  machine: Machine | null,
  {
    isReady,
    isPageKept,
    isKeeping,
    leftBytes,
  }: Pick<Offline, 'isReady' | 'isPageKept' | 'isKeeping' | 'leftBytes'>,
): Readiness {
  if (isReady) return { ...words.ready, canFetch: false };
  if (machine?.storage.problem) {
    return { ...words.notReady, sentence: machine.storage.problem, canFetch: false };
  }
  if (!isPageKept) return { ...words.notReady, sentence: words.pageNotKept, canFetch: false };
  if (isKeeping) return { ...words.fetching, sentence: words.left(leftBytes), canFetch: false };
  return { ...words.notReady, sentence: words.left(leftBytes), canFetch: true };
}
