import type { JournalEntry } from '../../journal/entry.ts';
import { megabytes } from '../../shared/megabytes.ts';
import type { Backend, BufferOwner } from '../../worker/protocol.ts';
import { duration, percent, pixels } from './format.ts';

/** Every text of the diagnostics, which are loaded when they are opened. */
export const words = {
  memory: 'GPU memory',
  memoryNow: (name: string) => `Run under way: ${name}`,
  memoryOfLast: (when: string) => `Last run, ${when}`,
  memoryLive: (now: number, peak: number) => `${megabytes(now)} now, peak ${megabytes(peak)}`,
  memoryPeak: (peak: number) => `Peak ${megabytes(peak)}`,
  memoryPicture: (peak: number, span: number, budget: number | null) =>
    `GPU memory over ${duration(span)}: peak ${megabytes(peak)}${budget === null ? '' : `, budget ${megabytes(budget)}`}. The table below has the numbers.`,
  noMemoryYet: 'Memory is drawn here once a photograph is being coloured.',
  memoryStarting: 'Nothing has been told of its memory yet.',
  memoryNone: 'This run ended before it took any memory.',
  memoryUntold: 'Nothing was told of this run’s memory.',
  memoryOnProcessor:
    'This run was on the processor and took no GPU memory. What WebAssembly takes of the machine’s memory cannot be counted here.',
  ofBudget: (share: number) => `${percent(share)} of its budget.`,
  nearBudget: (share: number, isLive: boolean) =>
    isLive
      ? `${percent(share)} of its budget: the GPU may refuse to give more.`
      : `This run came to ${percent(share)} of its budget.`,
  budget: (bytes: number) => `budget ${megabytes(bytes)}`,
  budgetBeyond: (bytes: number) => `budget ${megabytes(bytes)}, far above (not to scale)`,
  owner: 'Owner',
  owners: {
    weights: 'Weights',
    activations: 'Activations',
    pictures: 'Pictures',
    other: 'Other',
  } satisfies Record<BufferOwner, string>,
  live: 'Now',
  liveAtEnd: 'At end',
  peak: 'Peak',
  largest: 'Largest buffer',
  marks: {
    load: 'Prepare',
    preview: 'First guess',
    final: 'Choose colours',
    colours: 'Colours',
  } as Readonly<Record<string, string>>,

  machine: 'This machine',
  page: 'This browser',
  budgetTitle: 'Memory that a run may take',
  budgetWhat: 'What was weighed',
  budgetBytes: 'Allows',

  plan: 'Plan of the last run',

  runs: 'Last runs',
  runsHere: (runs: number) => `Runs in this visit: ${runs}`,
  noRuns: 'Nothing has been run yet.',
  notKept: 'This browser does not let the page keep the journal: it ends with this visit.',
  keptHere: (most: number) => `The last ${most} are kept in this browser, and nowhere else.`,
  keepNames: 'Include file names',
  keepNamesHint: 'in what is kept, copied and saved',
  clear: 'Clear the journal',
  cleared: 'The journal is empty.',
  saveJson: 'Save as JSON',
  unnamed: 'Photograph',
  outcomes: {
    done: 'In colour',
    failed: 'Failed',
    cancelled: 'Cancelled',
  } satisfies Record<JournalEntry['outcome'], string>,
  stepsDown: (count: number) => `${count} ${count === 1 ? 'step' : 'steps'} down`,
  backends: { webgpu: 'WebGPU', wasm: 'processor' } satisfies Record<Backend, string>,
  asked: 'Asked for',
  photograph: 'Photograph',
  ranOn: 'Machine',
  versions: 'Versions',
  took: 'Took',
  attempt: (number: number, of: number) => (of === 1 ? 'One try' : `Try ${number} of ${of}`),
  worked: 'worked',
  planned: 'Planned',
  limits: 'Limits then',
  limitsOf: (budget: number, buffer: number) =>
    `budget ${megabytes(budget)}, one buffer ${megabytes(buffer)}`,
  noLimits: 'not told',
  used: 'GPU memory',
  usedOf: (peak: number, largest: number) =>
    `peak ${megabytes(peak)}, largest buffer ${megabytes(largest)}`,
  errorSaid: 'Error',
  advice: 'Advice',
  networkSaw: (width: number, height: number, rows: number) =>
    rows < height ? `${pixels(width, height)}, in parts of ${rows} rows` : pixels(width, height),
  why: 'Why',

  notes: 'What else went wrong in this visit',
} as const;
