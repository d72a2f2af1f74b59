import type {
  AdapterReport,
  Backend,
  Machine,
  PhotographKind,
  PlanReport,
  Preset,
  Progress,
  RunReport,
  SaveFormat,
} from '../../worker/protocol.ts';
import { bytesOf, duration, percent, pixels } from './format.ts';

/** Every text of the page, in British English. Sentence case, short, numbers with units. */
export const en = {
  name: 'Autochrome',
  menu: 'Page',
  notice: 'Notice',

  promise: 'Old photographs, in colour.',
  promiseMore: 'On your own machine: nothing is uploaded.',
  open: 'Open photographs',
  openMore: 'Open more',
  dropHint: 'or drop or paste them anywhere on this page',
  dropHere: 'Drop to colour',
  noPictures: 'There was no picture in that.',
  linkDropped: 'That is a link. Save the photograph first, then drop its file here.',
  removed: (name: string) => `${name} was removed.`,

  samples: 'Or begin with one of these',
  samplesSource:
    'The photographs are in the public domain and come from Wikimedia Commons when chosen.',
  sampleDrawn: 'A street, drawn by this page',
  plate: 'A street drawn by this page, seen through dyed grains as on an autochrome plate of 1907.',
  sampleDrawnName: 'Street, drawn by code',
  samplesOffline: 'Three public-domain photographs can be fetched when you are online.',
  sampleFailed: (title: string) =>
    `“${title}” could not be fetched from Wikimedia Commons. The drawn sample needs no connection.`,
  sampleFetching: (title: string) => `Fetching “${title}” from Wikimedia Commons`,

  machine,
  adapterName,

  guess: 'Colours are a guess by a neural network.',
  colouredAgain:
    'This photograph had colours of its own. It was coloured again from its lightness.',
  framesUnused: (frames: number) => `The file has ${frames} pictures; this is the first.`,

  panel: 'Adjust',
  panelOpen: 'Adjust',
  panelClose: 'Done',
  viewer: (name: string) => `Photograph ${name}`,
  viewerHelp:
    'Plus and minus zoom, 0 fits, 1 shows real pixels, arrow keys pan, holding space shows the original.',
  pictureOf: (name: string, isColoured: boolean) =>
    isColoured ? `${name}, original on the left, in colour on the right` : `${name}, original`,
  sideOriginal: 'Original',
  sideColoured: 'In colour',
  divider: 'Divide original and colour',
  dividerValue: (percentOriginal: number) =>
    `${percentOriginal} % original, ${100 - percentOriginal} % in colour`,
  showOriginal: 'Show original',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
  realPixels: '100 %',
  zoomLevel: percent,

  strength: 'Strength',
  saturation: 'Saturation',
  percent,
  kind: 'Kind',
  kinds: {
    auto: 'Auto',
    people: 'People',
    buildings: 'Buildings & places',
  } satisfies Record<PhotographKind, string>,
  size: 'Size',
  sizeAuto: 'Auto',
  scan: 'Scan',
  rotateLeft: 'Rotate left',
  rotateRight: 'Rotate right',
  negative: 'Negative',
  sizeHint: 'Auto takes the size that suits the kind and fits this machine.',
  preset: 'Use of this machine',
  presets: {
    auto: 'Automatic',
    low: 'Low',
    medium: 'Medium',
    high: 'High',
  } satisfies Record<'auto' | Preset, string>,
  presetHint,
  optimise: 'Optimise for this machine',
  measuring: 'Measuring this machine with a small picture',
  tools: { repair: 'Repair damage', recolour: 'More colours' },
  toolLoading: 'Loading this part of the page',
  toolFailed:
    'This part of the page could not be loaded. Check the connection, then open it again.',
  history: 'Changes',
  undo: 'Undo',
  redo: 'Redo',
  reset: 'Reset',
  details: 'How it was done',
  format: 'Format',
  formats: { png: 'PNG', jpeg: 'JPEG' } satisfies Record<SaveFormat, string>,
  save: 'Save',
  saveHint: (width: number, height: number) => `${pixels(width, height)} pixels, the original size`,
  savedAs: (file: string) => `Saved as ${file}`,

  ran,
  ranPlan,
  inPieces: (size: number) => `${size}, in pieces`,
  considered: 'What was considered',
  where: 'Where',
  backends: { webgpu: 'GPU', wasm: 'processor' } satisfies Record<Backend, string>,
  chosen: 'chosen',
  precision: 'Precision',
  peak: 'Memory',
  verdict: 'Verdict',
  steps: 'Steps',
  times: 'Times',
  stages: {
    decode: 'Read',
    load: 'Prepare',
    infer: 'Choose colours',
    upsample: 'Paint',
    encode: 'Write',
  },

  waiting: 'Waiting for its turn',
  waitingPaused: 'Paused',
  opening: 'Reading the photograph',
  progress,
  cancel: 'Cancel',
  cancelled: 'Cancelled. This photograph is not coloured yet.',
  colourIt: 'Colour it',
  done: (name: string) => `${name} is in colour.`,

  filmstrip: 'Opened photographs',
  states: {
    waiting: 'Waiting',
    working: 'Working',
    done: 'In colour',
    failed: 'Failed',
    stopped: 'Cancelled',
  },
  cell: (name: string, state: string, index: number, count: number) =>
    `${name}, ${index} of ${count}: ${state}`,
  counted: (done: number, count: number, failed: number) =>
    `${done} of ${count} in colour${failed > 0 ? `, ${failed} failed` : ''}`,
  pause: 'Pause',
  resume: 'Resume',
  saveAll: 'Save all',
  showAll: (count: number) => `Show all ${count}`,
  savingAll: (done: number, count: number) => `Saving ${done} of ${count}`,
  remove: 'Remove',
  allDone: (count: number, failed: number) =>
    `All ${count} photographs are finished${failed > 0 ? `, ${failed} failed` : ''}.`,

  actions: {
    retry: 'Try again',
    smaller: 'Use a smaller size',
    remove: 'Remove it',
    reload: 'Load the page again',
    dismiss: 'All right',
  },
  troubleDetails: 'Details',
  troubleWith: (name: string) => `Trouble with ${name}`,

  offline: 'Offline',
  sharedNothing: 'There was no picture in what was shared.',
  sharedRefused: 'What was shared could not be kept here. Open the photographs from their files.',
  diagnostics: 'Diagnostics',
  close: 'Close',
  copyText: 'Copy as text',
  copied: 'Copied.',
  copyFailed: 'The browser refused; select the text and copy it by hand.',
} as const;

/** The quiet line that says what this machine will run. */
function machine(m: Machine, isReadyOffline: boolean): string {
  const who =
    m.backend === 'webgpu' && m.adapter
      ? `Your GPU: ${adapterName(m.adapter)}`
      : m.gpuProblem
        ? `${m.gpuProblem} This machine’s processor does the work`
        : 'No GPU available here: this machine’s processor will do the work';
  const storage = m.storage.problem;
  if (isReadyOffline) return `${who} · ready offline`;
  if (m.storage.isModelReady) return `${who} · the model is here`;
  return storage ? `${who} · ${storage}` : `${who} · the model is fetched once, then kept`;
}

function adapterName(
  adapter: Pick<AdapterReport, 'description' | 'device' | 'vendor' | 'architecture' | 'isFallback'>,
): string {
  const known = adapter.description || adapter.device;
  const maker = adapter.vendor.length <= 4 ? adapter.vendor.toUpperCase() : capital(adapter.vendor);
  const name = known || [maker, capital(adapter.architecture)].filter(Boolean).join(' ');
  return (name || 'unnamed') + (adapter.isFallback ? ' (software)' : '');
}

const BACKENDS: Record<Backend, string> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** One calm sentence: where it ran, at what size, how long, after what. */
function ran({ plan, ms, attempts }: RunReport, adapter: AdapterReport | null): string {
  const gpu = adapter ? `your GPU, ${adapterName(adapter)},` : 'your GPU';
  const where = plan.backend === 'webgpu' ? gpu : 'this machine’s processor';
  const took = duration(ms.load + ms.infer + ms.upsample);
  const failed = attempts.length - 1;
  const after = failed > 0 ? `, after ${failed} ${failed === 1 ? 'try' : 'tries'} that failed` : '';
  return `Coloured by ${where} at size ${plan.size} in ${took}${after}.`;
}

/** The same for those who know the terms: the model, what it saw, how exactly, by what. */
function ranPlan({ modelName, modelWidth, modelHeight, variant, backend }: PlanReport): string {
  return [modelName, pixels(modelWidth, modelHeight), variant, BACKENDS[backend]].join(' · ');
}

/** What a choice of preset means here. */
function presetHint(choice: 'auto' | Preset, machine: Machine | null): string {
  switch (choice) {
    case 'auto': {
      const automatic = machine?.automatic;
      if (!automatic?.isMeasured) return 'Medium, until this machine has been measured.';
      return `${capital(automatic.preset)}, as this machine was measured.`;
    }
    case 'low':
      return 'Half the memory and a size less: other programs keep their room.';
    case 'medium':
      return 'What suits most machines.';
    case 'high':
      return 'More memory and a size more, where there is room.';
  }
}

/** What is going on, in words; null where the moment needs none. `isRefining`: a preview is shown. */
function progress(now: Progress, isRefining: boolean): string | null {
  switch (now.stage) {
    case 'fetch': {
      const left =
        now.secondsLeft === null ? '' : ` · ${duration(Math.max(1, now.secondsLeft) * 1000)} left`;
      return `Fetching the ${now.what} · ${bytesOf(now.loadedBytes, now.totalBytes)}${left}`;
    }
    case 'check':
      return `Checking the model · ${bytesOf(now.loadedBytes, now.totalBytes)}`;
    case 'read':
      return 'Reading the photograph';
    case 'load':
      return 'Preparing the model';
    case 'infer':
      if (isRefining) return 'Choosing colours · refining the first guess';
      return now.pass === 'preview' ? 'Choosing colours · a quick first guess' : 'Choosing colours';
    case 'colours':
      return now.pass === 'preview' ? 'Choosing colours · refining the first guess' : 'Painting';
    case 'upsample':
      return `Painting · part ${now.stripe} of ${now.stripes}`;
    case 'encode':
      return 'Writing the file';
    case 'begin':
    case 'attempt':
    case 'memory':
    case 'recolour':
    case 'notice':
    // Told by the repair's own words.
    case 'repair-plan':
    case 'warm-up':
    case 'searched':
    case 'sampling':
    case 'sampled':
      return null;
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
