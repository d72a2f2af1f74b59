import type { PictureStage } from './events.ts';

/** Every text that the element shows or says, in British English. */
export const words = {
  colour: 'Colour this photograph',
  stop: 'Stop',
  again: 'Try again',
  mark: 'Coloured by machine',
  openPhoto: 'Open it in Autochrome',
  openApp: 'Open Autochrome, for a file of yours',
  newTab: '(in a new tab)',
  divider: 'Divide original and colour',
  dividerValue: (percentOriginal: number) =>
    `${percentOriginal}% original, ${100 - percentOriginal}% coloured by machine`,
  coloured: (alt: string) => (alt === '' ? words.mark : `${alt}, coloured by machine`),
  done: 'Coloured on this machine; the colours are a guess.',
  stage: {
    waiting: 'Waiting for the photographs before it',
    picture: 'Fetching the photograph',
    engine: 'Getting ready',
    model: 'Fetching the network',
    colouring: 'Colouring',
  } satisfies Record<PictureStage, string>,
  share: (stage: string, fraction: number) => `${stage}, ${Math.floor(fraction * 100)}%`,
  noGpu: 'This browser gives the page no GPU, so the processor does the work.',
  notKept:
    'This browser lets the page keep nothing here: the network is fetched again at each visit.',
  unmarked: 'The colours were taken away, since their mark was hidden or changed.',
  unreachable: (host: string) => `The program that colours could not be fetched from ${host}.`,
  forbidden: (host: string) =>
    `The rules of this page (its Content-Security-Policy) do not allow fetching from ${host}.`,
  noCors: (what: string, host: string) =>
    `${host} does not let this page read ${what} (it sends no Access-Control-Allow-Origin).`,
  viewerWithoutCors: "The viewer's tiles cannot be read: give it crossOriginPolicy: 'Anonymous'.",
  thePicture: 'the photograph',
  theModel: 'the network',
  theEngine: 'the program that colours',
  noPicture: 'This photograph has no address.',
  notFound: (status: number) => `There is no photograph at that address (${status}).`,
  pictureRefused: (status: number) =>
    `The photograph could not be fetched: the server answered ${status}.`,
  pictureBroke: (host: string) => `The photograph could not be fetched from ${host}.`,
  pictureTooLong: 'The file of this photograph is longer than can be held here.',
};
