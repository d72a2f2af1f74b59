import { megabytes } from '../../shared/megabytes.ts';
import type { KeptModel } from '../../worker/storage-protocol.ts';

/** Every text about use without a network and what is kept; loaded when it is asked for. */
export const words = {
  updateTitle: 'New version',
  update: (open: number) => {
    const here = 'A new version of Autochrome is here.';
    if (open === 0) return here;
    const closed =
      open === 1
        ? 'the open photograph; its colours and changes are lost unless you have saved it'
        : `the ${open} open photographs; colours and changes are lost where they are not saved`;
    return `${here} Loading it closes ${closed}.`;
  },
  updateBlocked:
    'Autochrome is open in another tab or window. Close that first, so that nothing in it is lost.',
  updateNow: 'Load it now',
  updateLater: 'Later',

  ready: {
    title: 'Ready offline',
    sentence:
      'The page, its program and the model are kept in this browser: photographs are coloured without a network.',
  },
  notReady: { title: 'Not ready offline yet' },
  fetching: { title: 'Getting ready for use offline' },
  pageNotKept:
    'This browser does not keep the page, as in a private window or where it was not served securely (HTTPS).',
  left: (bytes: number | null) =>
    bytes === null || bytes === 0
      ? 'The page is kept; the model, or the program that runs it, is not kept yet.'
      : `The page is kept; ${megabytes(bytes)} of the model and its program are still to come.`,
  keepNow: 'Keep what is missing',

  kept: 'Kept in this browser',
  page: 'The page',
  program: 'The program that runs networks on the processor',
  others: 'Models of earlier versions',
  bytes: megabytes,
  keptOf: ({ keptBytes, bytes, ships }: KeptModel) => {
    if (keptBytes === 0) return `not kept, ${megabytes(bytes)}`;
    const part =
      keptBytes < bytes ? `${megabytes(keptBytes)} of ${megabytes(bytes)}` : megabytes(bytes);
    return ships ? part : `${part}, added by you`;
  },
  room: (usage: number, quota: number) =>
    `${megabytes(usage)} of the ${megabytes(quota)} that this browser lets the page use.`,
  isPersisted: 'The browser promised to keep this until you delete it.',
  mayBeDropped: 'The browser may drop this by itself where it runs out of room.',
  persist: 'Ask it to keep this',
  persisted: 'The browser promised to keep it.',
  notPersisted: 'The browser did not promise it. Installing the page, or a bookmark, often helps.',
  delete: 'Delete',
  forGood: 'Delete for good',
  deleteOf: (name: string) => `Delete ${name}`,
  deleteForGood: (name: string) => `Delete ${name} for good: it cannot be fetched again by itself`,
  forgotten: (name: string) => `${name}: deleted from this browser.`,

  licences: 'Licences of what this page is made of',

  carry: 'Machines without a network',
  carryWhat:
    'The models that are kept here can be saved as one file, and brought to another browser by it. Each part is checked where it is read.',
  save: 'Save models as a file',
  bring: 'Bring models from a file',
  brought: (names: readonly string[]) =>
    names.length > 0 ? `Here now: ${names.join(', ')}.` : 'Parts of models were taken from it.',
} as const;
