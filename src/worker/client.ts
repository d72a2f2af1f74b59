import { proxy, wrap, type Remote } from 'comlink';
import { abortedError, AppError, throwIfAborted } from '../shared/errors.ts';
import { unwrap, type Outcome } from '../shared/outcome.ts';
import type {
  Adjustment,
  ChromaPlanes,
  ColorizeWish,
  EngineApi,
  Machine,
  PhotographInfo,
  Progress,
  RunReport,
  SavedPicture,
  SaveRequest,
  ViewRequest,
} from './protocol.ts';

/** How long a cancelled job may go on by itself before its worker is terminated. */
const CANCEL_PATIENCE_MS = 300;

/** Hears what a job does. A promise it returns for `colours` of a preview is awaited by the engine. */
export type ProgressListener = (progress: Progress) => void | Promise<void>;

export type JobOptions = { signal?: AbortSignal | undefined };
export type ListeningJobOptions = JobOptions & { onProgress?: ProgressListener | undefined };

const UPRIGHT: Adjustment = { rotation: 0, isNegative: false };

/** One life of the engine's worker; `died` rejects when it ends before its calls do. */
type Life = {
  worker: Worker;
  remote: Remote<EngineApi>;
  died: Promise<never>;
  end: (error: AppError) => void;
};

/**
 * The engine as the page sees it. It owns the worker: starts it at the first call, ends it where a
 * job will not stop or the worker crashes, and gives the next worker every photograph again.
 */
export class Engine {
  #life: Life | null = null;
  readonly #startWorker: () => Worker;

  constructor(startWorker: () => Worker = startEngineWorker) {
    this.#startWorker = startWorker;
  }

  /** What this machine is, and what will run on it. */
  machine(): Promise<Machine> {
    return this.call((remote) => remote.machine());
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

  /** Ends the worker. The next call starts another. */
  terminate(): void {
    this.#life?.end(new AppError('worker/crashed', 'The engine was stopped.'));
  }

  /** The current worker's life, begun if there is none. Identity tells photographs to come along. */
  get life(): object {
    return this.#begin();
  }

  /** Calls the worker; rejects with an {@link AppError}, also when the worker ends meanwhile. */
  async call<T>(send: (remote: Remote<EngineApi>) => Promise<Outcome<T>>): Promise<T> {
    const life = this.#begin();
    return unwrap(await Promise.race([send(life.remote), life.died]));
  }

  /** Like {@link call}, for a job that a signal can end: softly first, then with the worker. */
  async job<T>(
    signal: AbortSignal | undefined,
    send: (remote: Remote<EngineApi>, job: string) => Promise<Outcome<T>>,
  ): Promise<T> {
    throwIfAborted(signal);
    const job = crypto.randomUUID();
    const life = this.#begin();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      void life.remote.cancel(job);
      timer = setTimeout(() => life.end(abortedError()), CANCEL_PATIENCE_MS);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return unwrap(await Promise.race([send(life.remote, job), life.died]));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #begin(): Life {
    return (this.#life ??= this.#newLife());
  }

  #newLife(): Life {
    const worker = this.#startWorker();
    const { promise: died, reject } = Promise.withResolvers<never>();
    died.catch(() => undefined);
    const end = (error: AppError) => {
      worker.terminate();
      if (this.#life === life) this.#life = null;
      reject(error);
    };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      end(
        new AppError(
          'worker/crashed',
          event.message || 'The engine could not start or has crashed.',
        ),
      );
    });
    const life: Life = { worker, remote: wrap<EngineApi>(worker), died, end };
    return life;
  }
}

/** A photograph that the engine holds. Survives the end of a worker: the next one gets it again. */
export class OpenPhotograph {
  readonly #engine: Engine;
  readonly #file: Blob;
  readonly #id = crypto.randomUUID();
  readonly name: string;
  #adjustment: Adjustment;
  #info: PhotographInfo | null = null;
  #chroma: ChromaPlanes | null = null;
  #life: object | null = null;
  #following: Promise<void> | null = null;

  /** Use {@link Engine.open}. */
  constructor(engine: Engine, file: Blob, name: string, adjustment: Adjustment) {
    this.#engine = engine;
    this.#file = file;
    this.name = name;
    this.#adjustment = adjustment;
  }

  get info(): PhotographInfo {
    if (!this.#info) throw new AppError('bug/invariant', 'The photograph is not open yet.');
    return this.#info;
  }

  get adjustment(): Adjustment {
    return this.#adjustment;
  }

  /** True once a run, also the quick preview of one, has given colours. */
  get isColoured(): boolean {
    return this.#chroma !== null;
  }

  /** Decodes the file again as the present adjustment says. */
  async reopen(options: JobOptions = {}): Promise<void> {
    this.#life = this.#engine.life;
    try {
      this.#info = await this.#engine.job(options.signal, (remote, job) =>
        remote.open(job, this.#id, this.#file, this.name, this.#adjustment),
      );
    } catch (error) {
      this.#life = null;
      throw error;
    }
  }

  /** Turns or inverts the source. Its colours are dropped: the network must see it upright and positive. */
  async adjust(adjustment: Adjustment, options: JobOptions = {}): Promise<void> {
    this.#adjustment = adjustment;
    this.#chroma = null;
    await this.reopen(options);
  }

  /**
   * Finds colours. Progress `colours` says when {@link view} can show those of a pass.
   * @throws {AppError} any code; the photograph stays open, with the colours of the run before.
   */
  async colorize(wish: ColorizeWish, options: ListeningJobOptions = {}): Promise<RunReport> {
    await this.#follow();
    void askToKeepStorage();
    const listen = proxy((progress: Progress) => options.onProgress?.(progress));
    try {
      const { report, chroma } = await this.#engine.job(options.signal, (remote, job) =>
        remote.colorize(job, this.#id, wish, listen),
      );
      this.#chroma = chroma;
      return report;
    } catch (error) {
      await this.#bringBack();
      throw error;
    }
  }

  /** Draws a region at a size; the caller closes the bitmap. */
  async view(request: ViewRequest): Promise<ImageBitmap> {
    await this.#follow();
    return this.#engine.call((remote) => remote.view(this.#id, request));
  }

  /** The coloured picture at the original size as a file. */
  async save(request: SaveRequest, options: ListeningJobOptions = {}): Promise<SavedPicture> {
    await this.#follow();
    const listen = proxy((progress: Progress) => options.onProgress?.(progress));
    return this.#engine.job(options.signal, (remote, job) =>
      remote.save(job, this.#id, request, listen),
    );
  }

  /** Frees what the engine holds of it. It rests then: the next call opens it again, with its colours. */
  async close(): Promise<void> {
    const life = this.#life;
    this.#life = null;
    if (life !== this.#engine.life) return;
    await this.#engine.call((remote) => remote.close(this.#id));
  }

  /** Comes along into a new worker (or back from {@link close}); calls meanwhile wait for the same opening. */
  async #follow(): Promise<void> {
    if (this.#following) return this.#following;
    if (this.#life === this.#engine.life) return;
    this.#following = this.#comeAlong();
    try {
      await this.#following;
    } finally {
      this.#following = null;
    }
  }

  async #comeAlong(): Promise<void> {
    await this.reopen();
    await this.#bringBack();
  }

  /** Gives the engine the last finished run's colours, in place of what a later run left. */
  async #bringBack(): Promise<void> {
    const chroma = this.#chroma;
    if (chroma && this.#life === this.#engine.life)
      await this.#engine.call((remote) => remote.restore(this.#id, chroma));
  }
}

/** Asks the browser not to evict the weights; only a page may ask. A refusal changes nothing. */
async function askToKeepStorage(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false);
}

function startEngineWorker(): Worker {
  return new Worker(new URL('./engine.worker.ts', import.meta.url), {
    type: 'module',
    name: 'autochrome-engine',
  });
}
