import { releaseWhenHidden } from '../../../src/app/release-when-hidden.ts';
import { JournalStore } from '../../../src/journal/journal-store.ts';
import { RunRecorder } from '../../../src/journal/run-recorder.ts';
import { samplingBefore } from '../../../src/journal/sampling-record.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { Engine } from '../../../src/worker/client.ts';
import { engineName } from '../../../src/worker/engine-name.ts';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { ChromaPlanes, Progress } from '../../../src/worker/protocol.ts';
import { drawScene, grayOf } from '../../support/draw-scene.ts';
import { drawnFile } from '../../support/drawn-file.ts';
import { STRIKES_BEFORE, STRIKES_DOWNLOAD, type FaultEntry, type PlannedFault } from '../kinds.ts';
import type { Counts, FaultOrder } from '../messages.ts';
import { FaultyWorkers, startFaultyEngine } from './faulty-workers.ts';
import { earnTrust, giveBack, SILENCE_LIMITS } from './give-back.ts';
import { hidePage } from './hidden-page.ts';
import {
  damageShard,
  falseFiles,
  forgetContent,
  forgetFiles,
  forgetMachine,
  isContentKept,
} from './kept-content.ts';
import { pixelsOf } from './plausible.ts';
import { codeOf, isFairEnd, wordsOf } from './fair-ends.ts';
import { RecoveryClock } from './recovery-clock.ts';
import { filesOf, MODELS, type FileHashes } from './tiny-files.ts';
import { whyNotThat, type Sampled, type SamplingJob } from './sampling-job.ts';

/** Longest that one job may take, with everything that it steps down through. */
const PATIENCE_MS = 120_000;

/** How a job ended. */
type End = { sampled: Sampled | null; error: unknown; isJournalKept: boolean };

/** One fault after another in the middle of a sampler's work, and the same work once more after each. */
export class SamplingBench {
  readonly #job: SamplingJob;
  readonly #workers: FaultyWorkers;
  readonly #engine: Engine;
  readonly #file: Blob;
  /** Names of what is kept: of weights, and of graphs that only the processor needs. */
  readonly #files: FileHashes;
  readonly #journal: JournalStore;
  #reference: Sampled = { numbers: new Map(), steps: [] };
  /** What a job without faults counts, with its download; and between two moments of sampling. */
  #whole: Counts | null = null;
  #each: Counts | null = null;
  #moments = 0;

  private constructor(job: SamplingJob, file: Blob, files: FileHashes, journal: JournalStore) {
    this.#job = job;
    this.#file = file;
    this.#files = files;
    this.#journal = journal;
    const name = engineName(0, new URL('catalogue.json', MODELS));
    this.#workers = new FaultyWorkers(() => startFaultyEngine(name));
    this.#engine = new Engine(this.#workers.start, SILENCE_LIMITS);
    releaseWhenHidden(this.#engine);
  }

  static async of(job: SamplingJob): Promise<SamplingBench> {
    const { width, height } = job.size;
    const file = await drawnFile(grayOf(drawScene(width, height)), width, 'image/png', 1);
    const files = await filesOf(job.models);
    const journal = await JournalStore.open(`autochrome-faults-${job.name}`);
    return new SamplingBench(job, file, files, journal);
  }

  /** Learns what the job does and gives without faults. @throws where it fails already. */
  async prepare(): Promise<void> {
    await forgetContent();
    const photograph = await this.#open();
    let moments = 0;
    let begun: Promise<Counts[]> | null = null;
    const { sampled, error } = await this.#run(photograph, (progress) => {
      if (this.#job.isMoment(progress) && moments++ === 0) begun = this.#counts();
    });
    if (!sampled || !begun) throw new Error(`Without a fault: ${wordsOf(error)}`);
    const [before] = await (begun as Promise<Counts[]>);
    const [after] = await this.#counts();
    this.#reference = sampled;
    this.#moments = moments;
    this.#whole = combined(before!, after!, (a, b) => a + b);
    this.#each = combined(after!, after!, (count) => count / moments);
    this.#whole.peakBytes = this.#each.peakBytes = Math.max(before!.peakBytes, after!.peakBytes);
    await giveBack(this.#engine, this.#workers);
  }

  /** One run. Never rejects. */
  async run(planned: PlannedFault): Promise<FaultEntry> {
    const { kind, job } = planned;
    if (STRIKES_DOWNLOAD.has(kind)) await forgetContent();
    else if (!(await isContentKept(this.#isShard))) await this.#fetchContent();
    if (kind === 'processor-unreachable') await forgetFiles(this.#files.graphs);
    await forgetMachine();
    earnTrust(this.#engine);
    const clock = new RecoveryClock();
    if (kind === 'shard-corrupted') {
      clock.strike(await damageShard(planned.share, planned.draw, this.#isShard));
    }
    const photograph = await this.#open();
    const before = await this.#look(photograph);
    const struck = await this.#runStruck(photograph, planned, clock);
    clock.onStepDone();
    this.#workers.disarm();
    const problems = await this.#problemsOf(struck, planned, photograph, before);
    const again = await this.#run(photograph, () => undefined);
    const why = this.#whyNotDone(again);
    if (why) problems.push(`The next run: ${why}.`);
    if (!again.isJournalKept) problems.push('The journal lost the next run.');
    await photograph.close().catch(() => undefined);
    const { leakedBytes, devices } = await giveBack(this.#engine, this.#workers);
    if (devices > 0) problems.push(`Devices left open: ${devices}.`);
    if (clock.at === null) problems.push('It never struck.');
    const down = struck.sampled?.steps.length ?? 0;
    const done = down === 0 ? 'done' : `done, ${down} ${down === 1 ? 'step' : 'steps'} down`;
    return {
      fault: `${job}/${kind}`,
      at: clock.at ?? 'never',
      steps: [...(struck.sampled?.steps ?? [wordsOf(struck.error)]), ...problems],
      recovered: problems.length === 0,
      ended: struck.sampled ? done : codeOf(struck.error),
      recoveryMs: clock.recoveryMs,
      photographs: 1,
      lost: problems.length === 0 ? 0 : 1,
      leakedBytes,
    };
  }

  readonly #isShard = (name: string): boolean => this.#files.shards.has(name);

  async #runStruck(
    photograph: OpenPhotograph,
    planned: PlannedFault,
    clock: RecoveryClock,
  ): Promise<End> {
    const isBefore = STRIKES_BEFORE.has(planned.kind);
    const order: FaultOrder = { ...planned, clean: (isBefore ? this.#whole : this.#each)! };
    const stop = new AbortController();
    const at = Math.floor(planned.moment * (this.#moments - 1));
    if (isBefore && planned.kind !== 'shard-corrupted') this.#arm(order, clock, stop);
    let moments = 0;
    const hear = (progress: Progress) => {
      if (isBefore || !this.#job.isMoment(progress) || moments++ !== at) return;
      clock.turnTo(`after moment ${at + 1} of ${this.#moments}`);
      this.#arm(order, clock, stop);
    };
    return this.#run(photograph, hear, stop);
  }

  #arm(order: FaultOrder, clock: RecoveryClock, stop: AbortController): void {
    this.#workers.arm(order, {
      onStruck: clock.strike,
      onReached: (_, worker) => {
        if (order.kind === 'page-hidden') void hidePage();
        else if (order.kind === 'cancelled') stop.abort();
        else if (order.draw >= 0.5) worker.terminate();
      },
    });
  }

  /** Runs the job and writes it into the journal. Never rejects. */
  async #run(
    photograph: OpenPhotograph,
    hear: (progress: Progress) => void,
    stop = new AbortController(),
  ): Promise<End> {
    const asked = { kind: 'auto', size: 'auto' } as const;
    const versions = { autochrome: 'faults', browser: navigator.userAgent };
    const { name: task } = this.#job;
    const sampling = samplingBefore(null);
    const recorder = new RunRecorder({ name: photograph.name, asked, versions, task, sampling });
    const onProgress = (progress: Progress) => {
      recorder.hear(progress);
      hear(progress);
    };
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    const end: End = { sampled: null, error: null, isJournalKept: false };
    try {
      end.sampled = await this.#job.run(photograph, { signal: stop.signal, onProgress });
    } catch (error) {
      end.error = error;
    }
    clearTimeout(timer);
    const entry = recorder.end({
      ...{ at: Date.now(), wallMs: 0, photograph: this.#job.size, machine: null, report: null },
      error: end.error instanceof AppError ? end.error : null,
    });
    await this.#journal.add(entry);
    const [last] = await this.#journal.entries();
    end.isJournalKept = last?.id === entry.id;
    return end;
  }

  /** All that was lost to a fault, in words. */
  async #problemsOf(
    struck: End,
    { kind }: PlannedFault,
    photograph: OpenPhotograph,
    before: Uint8ClampedArray,
  ): Promise<string[]> {
    const problems: string[] = [];
    const why = isFairEnd(kind, struck.error) ? null : this.#whyNotDone(struck);
    if (why) problems.push(`Lost: ${why}.`);
    if (!struck.isJournalKept) problems.push('The journal lost the run.');
    const after = await this.#look(photograph).catch(() => null);
    const { width } = this.#job.size;
    const mayChange = (i: number) =>
      struck.sampled !== null && this.#job.changes((i >> 2) % width, Math.floor((i >> 2) / width));
    const isSame = after?.every((level, i) => level === before[i] || mayChange(i));
    if (!isSame) problems.push('The photograph is another.');
    const files = await falseFiles();
    if (files.length > 0) problems.push(`Damaged files are kept: ${files.join(', ')}.`);
    return problems;
  }

  #whyNotDone({ sampled, error }: End): string | null {
    return sampled ? whyNotThat(this.#job, sampled, this.#reference) : wordsOf(error);
  }

  async #fetchContent(): Promise<void> {
    const photograph = await this.#open();
    await this.#run(photograph, () => undefined);
    await giveBack(this.#engine, this.#workers);
  }

  async #open(): Promise<OpenPhotograph> {
    const photograph = await this.#engine.open(this.#file, this.#job.name);
    await photograph.choose(COLOURS);
    return photograph;
  }

  /** Every pixel of the photograph in the colours that were chosen before the job. */
  async #look(photograph: OpenPhotograph): Promise<Uint8ClampedArray> {
    const { width, height } = this.#job.size;
    const region = { x: 0, y: 0, width, height };
    const look = { strength: 1, saturation: 1 };
    return pixelsOf(await photograph.view({ of: 'coloured', region, width, height, look }));
  }

  async #counts(): Promise<Counts[]> {
    return (await this.#workers.census()).map(({ counts }) => counts);
  }
}

/** One tone, whatever the lightness: a repair changes no pixel but its own. */
const COLOURS: ChromaPlanes = {
  ...{ width: 1, height: 1, ab: Float32Array.of(12, 20) },
  ...{ modelName: 'none', made: 'by hand' },
};

function combined(a: Counts, b: Counts, of: (a: number, b: number) => number): Counts {
  const names = Object.keys(a) as (keyof Counts)[];
  const counts = names.map((name) => [name, of(a[name], b[name])] as const);
  return Object.fromEntries(counts) as Counts;
}
