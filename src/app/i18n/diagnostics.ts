import type { JournalEntry, RunTask, SamplingRecord } from '../../journal/entry.ts';
import { megabytes } from '../../shared/megabytes.ts';
import type { Backend, BufferOwner, StageTimes } from '../../worker/protocol.ts';
import { en } from './en.ts';
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
  outcome,
  asked,
  sampled,
  sizeOf: (task: RunTask, size: number) =>
    task === 'find' || task === 'repair' ? `tiles of ${size}` : `size ${size}`,
  stepsDown: (count: number) => `${count} ${count === 1 ? 'step' : 'steps'} down`,
  backends: { webgpu: 'WebGPU', wasm: 'processor' } satisfies Record<Backend, string>,
  askedFor: 'Asked for',
  photograph: 'Photograph',
  sampling: 'Sampling',
  ranOn: 'Machine',
  versions: 'Versions',
  took: 'Took',
  stage: (task: RunTask, stage: keyof StageTimes) =>
    stage === 'infer' ? TASKS[task].infer : en.stages[stage],
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

const TASKS: Record<RunTask, { done: string; name: string; infer: string }> = {
  colour: { done: 'In colour', name: 'colour', infer: en.stages.infer },
  find: { done: 'Searched for damage', name: 'search for damage', infer: 'Search' },
  repair: { done: 'Repaired', name: 'repair', infer: 'Fill in' },
  recolour: { done: 'Other colours drawn', name: 'other colours', infer: 'Draw' },
};

/** What came of a run: `In colour`, `Failed: repair`. */
function outcome({ task, outcome: end }: Pick<JournalEntry, 'task' | 'outcome'>): string {
  const { done, name } = TASKS[task];
  if (end === 'done') return done;
  const words = end === 'failed' ? 'Failed' : 'Cancelled';
  return task === 'colour' ? words : `${words}: ${name}`;
}

/** What was asked for. */
function asked({ task, asked: { kind, size } }: Pick<JournalEntry, 'task' | 'asked'>): string {
  if (task === 'colour') return `${kind}, size ${size}`;
  return task === 'find' ? TASKS.find.name : `${TASKS[task].name}, ${kind}`;
}

/** What a sampler did, as far as it is known: `6 tiles`, `2 passes`, `4 steps`, `8 colourings`, `5 of 8 colourings`. */
function sampled({ tiles, passes, steps, wanted, drawn }: SamplingRecord): string[] {
  const count = (number: number | null, one: string) =>
    number === null ? [] : [`${number} ${number === 1 ? one : `${one}s`}`];
  return [
    ...count(tiles, 'tile'),
    ...(passes !== null && passes > 1 ? [`${passes} passes`] : []),
    ...count(steps, 'step'),
    ...(wanted !== drawn ? [`${drawn ?? 0} of ${wanted} colourings`] : count(wanted, 'colouring')),
  ];
}
