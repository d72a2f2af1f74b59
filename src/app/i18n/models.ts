import type { ErrorCode } from '../../shared/errors.ts';
import { megabytes } from '../../shared/megabytes.ts';
import type { ModelOrigin, ModelReport } from '../../worker/model-protocol.ts';
import type { Progress } from '../../worker/protocol.ts';
import { en } from './en.ts';

/** Every text about models. */
export const words = {
  model: 'Model',
  about: 'About',
  aboutModel: (name: string) => `About ${name}`,
  line: ({ bytes, isHere, origin }: ModelReport) =>
    origin
      ? `${megabytes(bytes)}, added by you`
      : `${megabytes(bytes)}${isHere ? '' : ', fetched once'}`,
  unlisted: 'The list of models comes with the first connection.',
  again: (name: string) => `Colour again with ${name}`,
  colouredWith: (name: string) => `This one was coloured with ${name}.`,

  add: 'Add a model…',
  addTitle: 'Add a model',
  addWhat:
    'A DDColor model: its folder with card.json, or one published .onnx file. It is checked, tried on a small picture and kept in this browser.',
  addWarning: 'Add models only from people you trust: what a model gives is up to whoever made it.',
  drop: 'Drop a folder or a file here',
  chooseFile: 'Choose a file',
  chooseFolder: 'Choose a folder',
  address: 'Or its address',
  addressHint: 'That of a folder with card.json, or of an .onnx file.',
  fetch: 'Fetch it',
  nothingThere: 'There was no model in that: it takes a folder with card.json, or one .onnx file.',
  adding: 'Adding the model',
  trying: 'Trying it on a small picture',
  opening: 'Opening the model',
  notAdded: 'The model was not added',
  added: (name: string) => `${name} was added.`,
  wasHere: (name: string) => `${name} was here already.`,
  use: 'Use it',

  facts: {
    summary: 'What it is',
    licence: 'Licence',
    source: 'Source',
    trainingData: 'Trained on',
    weaknesses: 'Weaknesses',
    architecture: 'Architecture',
    parameters: 'Parameters',
    sizes: 'Works at sizes',
    bytes: 'Takes',
    origin: 'Came from',
  },
  parameters: (count: number) => `${(count / 1e6).toFixed(1)} million`,
  bytesOf: ({ bytes, isHere }: ModelReport) =>
    `${megabytes(bytes)}, ${isHere ? 'kept in this browser' : 'not fetched yet'}`,
  originOf,
  outside: 'This is what the model says of itself. Nobody here has checked it.',
  remove: 'Remove this model',
  removeSure: (name: string, bytes: number) =>
    `Remove ${name} from this browser? ${megabytes(bytes)} are freed. Photographs keep the colours that it gave them.`,
  removeYes: 'Remove it',
  removeNo: 'Keep it',
  removed: (name: string) => `${name} was removed from this browser.`,
} as const;

/** What is being done to a model that is added. */
export function addingWords(now: Progress | null): string {
  if (!now) return words.opening;
  if (now.stage === 'fetch' && now.totalBytes === 0) return 'Fetching the model';
  if (now.stage === 'check' || now.stage === 'fetch')
    return en.progress(now, false) ?? words.adding;
  return words.trying;
}

function originOf(origin: ModelOrigin): string {
  const kinds = { folder: 'a folder', file: 'a file', address: 'an address' };
  return `${kinds[origin.kind]}, ${origin.name}`;
}

const AGAIN =
  'Try again: of a folder, no file that had arrived is fetched a second time. Or download it yourself, and choose it here.';
const OTHER = 'Nothing was changed. Try another file, folder or address.';

/** What can be done where a model could not be added; the error says what happened. */
export const ADD_ADVICE: Partial<Record<ErrorCode, string>> = {
  'model/integrity': 'Nothing was changed. Get a fresh copy of it.',
  'model/corrupt': 'Nothing was changed. Get a fresh copy of it.',
  'model/incompatible': OTHER,
  'model/not-found': OTHER,
  'memory/exhausted': 'Nothing was changed. A smaller model may fit.',
  'net/offline': 'Connect, then try again.',
  'net/http': AGAIN,
  'net/interrupted': AGAIN,
  'store/quota': 'Nothing was changed. Remove another model, or free some space.',
  'store/denied': 'Nothing was changed. Private windows often keep nothing.',
};
