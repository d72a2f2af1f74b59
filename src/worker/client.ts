import { abortedError, AppError } from '../shared/errors.ts';
import { engineName } from './engine-name.ts';
import program from './engine.worker.ts?worker&url';
import { GpuTrust } from './gpu-trust.ts';
import { SILENCE_LIMITS, type SilenceLimits } from './heartbeat.ts';
import type { ModelOffer, ModelReport } from './model-protocol.ts';
import { askToKeepStorage, OpenPhotograph } from './open-photograph.ts';
import type { BroughtModels, Forgettable, KeptStorage } from './storage-protocol.ts';
import type { Adjustment, Machine, Optimisation, Preset } from './protocol.ts';
import { startWorker } from './start-worker.ts';
import {
  sendAgainIfDead,
  sendAgainIfEnded,
  WorkerLife,
  type JobOptions,
  type ListeningJobOptions,
} from './worker-life.ts';

const UPRIGHT: Adjustment = { rotation: 0, isNegative: false };

/**
 * The engine as the page sees it. It owns the worker: starts it at the first call, ends it where a
 * job will not stop or the worker crashes, and gives the next worker every photograph again.
 */
export class Engine {
  /** Whether runs still begin on the GPU; it is the page's, since a GPU that fails may take workers with it. */
  readonly trust = new GpuTrust();
  #life: WorkerLife | null = null;
  readonly #startWorker: () => Worker;
  readonly #limits: SilenceLimits;
  readonly #isGuest: boolean;
  #isClosed = false;

  /**
   * @param limits how long a worker may be silent before it is ended.
   * @param isGuest where it runs in somebody else's page: it asks the browser for nothing in the page's name.
   */
  constructor(
    startWorker: () => Worker = startEngineWorker,
    limits = SILENCE_LIMITS,
    isGuest = false,
  ) {
    this.#startWorker = startWorker;
    this.#limits = limits;
    this.#isGuest = isGuest;
  }

  /** What this machine is, and what will run on it. @param model that runs would use; absent, the default. */
  machine(model?: string): Promise<Machine> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.machine(model)));
  }

  /**
   * Fetches the next file that a run would need and that is not kept yet.
   * @returns bytes that are still missing after it.
   * @throws {AppError} `model/*`, `net/*`.
   */
  keepNext(model?: string): Promise<number> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.keepNext(model)));
  }

  /** Every model that runs can use, the default first. @throws {AppError} `model/*`, `net/*`. */
  models(): Promise<ModelReport[]> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.models()));
  }

  /**
   * Checks a model from outside, tries it on a small picture, and keeps it.
   * @throws {AppError} any code; nothing is changed then.
   */
  addModel(offer: ModelOffer, options: ListeningJobOptions = {}): Promise<ModelReport> {
    this.askToKeepStorage();
    return sendAgainIfEnded(() =>
      this.begin().job(options, (remote, job, listen) => remote.addModel(job, offer, listen)),
    );
  }

  /** What the browser keeps for the program. @throws {AppError} `model/*`, `net/*`. */
  kept(): Promise<KeptStorage> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.kept()));
  }

  /** Forgets something of it; what ships is fetched again when it is needed. @throws {AppError} `model/*`, `net/*`, `store/*`. */
  forget(what: Forgettable): Promise<void> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.forget(what)));
  }

  /** All models that are kept, as one file for machines without a network. @throws {AppError} `model/*`, `net/*`. */
  saveModels(): Promise<Blob> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.saveModels()));
  }

  /**
   * Takes models from a file that {@link saveModels} made, wherever that was.
   * @throws {AppError} any code; models that were taken before it stay.
   */
  bringModels(file: Blob, options: ListeningJobOptions = {}): Promise<BroughtModels> {
    askToKeepStorage();
    return sendAgainIfEnded(() =>
      this.begin().job(options, (remote, job, listen) => remote.bringModels(job, file, listen)),
    );
  }

  /** Forgets an added model; one that is not there is left alone. */
  removeModel(id: string): Promise<void> {
    return sendAgainIfDead(() => this.begin().call((remote) => remote.removeModel(id)));
  }

  /**
   * Makes ready for the first photograph where that will run on the GPU. Never rejects.
   * @param preset of the runs to come; absent, what a measurement of this machine found.
   * @param model of the runs to come; absent, the default.
   */
  async prepare(preset?: Preset, model?: string): Promise<void> {
    try {
      await this.begin().call((remote) => remote.prepare(preset, model));
    } catch {
      // The first run does what was not done, and tells what is wrong.
    }
  }

  /**
   * Measures this machine once; what suits it is remembered for runs that are given no preset.
   * @throws {AppError} any code but those of the GPU, whose failures are an answer.
   */
  optimise(options: ListeningJobOptions = {}): Promise<Optimisation> {
    return sendAgainIfEnded(() =>
      this.begin().job(options, (remote, job, listen) => remote.optimise(job, listen)),
    );
  }

  /**
   * Frees the worker's networks, weights and fields, after the jobs under way; the next call brings back
   * what it needs. Photographs and their colours stay.
   */
  async release(): Promise<void> {
    await this.#life?.call((remote) => remote.release());
  }

  /**
   * Decodes a photograph and holds it.
   * @throws {AppError} `input/*` where the file cannot be read, `job/aborted`.
   */
  async open(
    file: Blob,
    name: string,
    options: JobOptions & { adjustment?: Adjustment } = {},
  ): Promise<OpenPhotograph> {
    const photograph = new OpenPhotograph(this, file, name, options.adjustment ?? UPRIGHT);
    await photograph.reopen(options);
    return photograph;
  }

  /** Asks the browser, once, not to evict the weights; a refusal changes nothing. */
  askToKeepStorage(): void {
    if (!this.#isGuest) askToKeepStorage();
  }

  /** Ends the worker. The next call starts another. */
  terminate(): void {
    this.#life?.end(new AppError('worker/crashed', 'The engine was stopped.'));
  }

  /** Ends the worker for good: what was under way and did not know starts no other. */
  close(): void {
    this.#isClosed = true;
    this.terminate();
  }

  /** The worker's present life, or null; its identity tells photographs whether they are in it. */
  get life(): WorkerLife | null {
    return this.#life;
  }

  /** The worker's present life, begun if there is none. @throws {AppError} `worker/blocked`; `job/aborted` once {@link close}d. */
  begin(): WorkerLife {
    if (this.#isClosed) throw abortedError();
    const onEnd = (ended: WorkerLife) => {
      if (this.#life === ended) this.#life = null;
    };
    return (this.#life ??= new WorkerLife(this.#startWorker, onEnd, this.#limits));
  }
}

/** The address of the engine's program that came with this page's. */
export function engineProgram(): URL {
  return new URL(program, import.meta.url);
}

function startEngineWorker(): Worker {
  return startWorker(engineProgram(), engineName(navigator.maxTouchPoints));
}
