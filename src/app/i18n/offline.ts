import { megabytes } from '../../shared/megabytes.ts';

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
} as const;
