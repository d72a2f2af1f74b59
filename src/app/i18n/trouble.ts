import type { ErrorCode } from '../../shared/errors.ts';

/** What the one button of a trouble does. */
export type TroubleAction = 'retry' | 'smaller' | 'remove' | 'reload' | 'dismiss';

/** The words for one kind of trouble. */
export type TroubleWords = {
  /** What happened, in one sentence; stands where the error's own sentence is not for people. */
  happened: string;
  /** True where the error's own message is a sentence written for people, with the particulars. */
  hasOwnSentence: boolean;
  /** What can be done, in one sentence. */
  advice: string;
  action: TroubleAction;
};

/** Words for every way to fail; null is not shown. */
export const TROUBLE: Record<ErrorCode, TroubleWords | null> = {
  'input/unsupported-format': {
    happened: 'This file is not a photograph that can be read here.',
    hasOwnSentence: true,
    advice: 'If it is a photograph, save it as JPEG or PNG in another program and open that.',
    action: 'remove',
  },
  'input/corrupt': {
    happened: 'This file is damaged or incomplete.',
    hasOwnSentence: true,
    advice: 'Open a fresh copy of it.',
    action: 'remove',
  },
  'input/too-large': {
    happened: 'This photograph has more pixels than can be held here.',
    hasOwnSentence: true,
    advice: 'Save a smaller copy of it, and open that.',
    action: 'remove',
  },
  'gpu/unavailable': {
    happened: 'This browser gives no access to a GPU.',
    hasOwnSentence: true,
    advice: 'Trying again lets this machine’s processor do the work.',
    action: 'retry',
  },
  'gpu/limit': {
    happened: 'This photograph is more than the GPU takes at once.',
    hasOwnSentence: true,
    advice: 'A smaller size needs less.',
    action: 'smaller',
  },
  'gpu/device-lost': {
    happened: 'The GPU was taken away while it worked.',
    hasOwnSentence: false,
    advice:
      'This happens when the machine sleeps or is short of memory; trying again usually helps.',
    action: 'retry',
  },
  'gpu/out-of-memory': {
    happened: 'The GPU ran out of memory.',
    hasOwnSentence: true,
    advice: 'A smaller size needs less.',
    action: 'smaller',
  },
  'gpu/failed': {
    happened: 'The GPU could not finish the work.',
    hasOwnSentence: false,
    advice: 'Try again; if it fails twice, the diagnostics say why.',
    action: 'retry',
  },
  'gpu/stalled': {
    happened: 'The GPU stopped answering.',
    hasOwnSentence: false,
    advice: 'Close other programs that use it, then try again, or use a smaller size.',
    action: 'smaller',
  },
  'memory/exhausted': {
    happened: 'There is not enough memory for this photograph.',
    hasOwnSentence: true,
    advice: 'Close other tabs, or use a smaller size.',
    action: 'smaller',
  },
  'model/not-found': {
    happened: 'The model is not where it should be.',
    hasOwnSentence: false,
    advice: 'Load the page again to get its newest version.',
    action: 'reload',
  },
  'model/integrity': {
    happened: 'The model arrived damaged, so it was not used.',
    hasOwnSentence: false,
    advice: 'Try again: only the damaged part is fetched once more.',
    action: 'retry',
  },
  'model/corrupt': {
    happened: 'This model’s file is cut off or damaged.',
    hasOwnSentence: true,
    advice: 'Copy or download the file again from where it came from.',
    action: 'retry',
  },
  'model/incompatible': {
    happened: 'This version of the page cannot run the model it found.',
    hasOwnSentence: false,
    advice: 'Load the page again to get its newest version.',
    action: 'reload',
  },
  'net/offline': {
    happened: 'There is no connection, and the model is not on this machine yet.',
    hasOwnSentence: true,
    advice: 'Connect to fetch it, then try again.',
    action: 'retry',
  },
  'net/http': {
    happened: 'The model could not be fetched.',
    hasOwnSentence: true,
    advice: 'Try again in a moment.',
    action: 'retry',
  },
  'net/interrupted': {
    happened: 'The connection broke while the model was being fetched.',
    hasOwnSentence: true,
    advice: 'Try again: it goes on where it stopped.',
    action: 'retry',
  },
  'store/denied': {
    happened: 'This browser does not let the page keep anything.',
    hasOwnSentence: true,
    advice: 'It works all the same; the model is fetched again at each visit.',
    action: 'retry',
  },
  'store/quota': {
    happened: 'This browser has no room left to keep the model.',
    hasOwnSentence: true,
    advice: 'Free some space, or go on: the model is then fetched at each visit.',
    action: 'retry',
  },
  'worker/blocked': {
    happened: 'The program that runs the network could not be loaded.',
    hasOwnSentence: false,
    // Not a reload: without a connection that would lose the page, and the photographs with it.
    advice:
      'Check the connection and try again; if there is one, an extension or this site forbids it.',
    action: 'retry',
  },
  'worker/crashed': {
    happened: 'The engine stopped unexpectedly.',
    hasOwnSentence: false,
    advice: 'Your photographs are still here; trying again starts it anew.',
    action: 'retry',
  },
  'wasm/blocked': {
    happened: 'This site does not allow WebAssembly, and there is no GPU to do without it.',
    hasOwnSentence: false,
    advice: 'A browser with WebGPU needs none; else whoever runs the site can allow it.',
    action: 'retry',
  },
  'output/failed': {
    happened: 'The picture could not be written.',
    hasOwnSentence: true,
    advice: 'Try the other format.',
    action: 'dismiss',
  },
  'output/implausible': {
    happened: 'What came out was not a picture, so it is not shown.',
    hasOwnSentence: false,
    advice: 'Try again; if it happens twice, the diagnostics say where it was computed.',
    action: 'retry',
  },
  // Of pages that embed a picture: this one opens files.
  'iiif/invalid': null,
  'iiif/no-image': null,
  'job/aborted': null,
  // Of photographs in pages of other sites: this page fetches none by an address, and has its engine beside it.
  'input/not-found': null,
  'net/no-cors': null,
  'net/forbidden': null,
  'worker/unreachable': null,
  'output/unmarked': null,
  'bug/invariant': {
    happened: 'Something went wrong that is our mistake.',
    hasOwnSentence: false,
    advice: 'The diagnostics can be copied into a report; trying again may help.',
    action: 'retry',
  },
};
