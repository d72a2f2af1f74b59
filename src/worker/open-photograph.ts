import { transfer, type Remote } from 'comlink';
import { AppError } from '../shared/errors.ts';
import type { Outcome } from '../shared/outcome.ts';
import type { Engine } from './client.ts';
import { PhotographRepair } from './photograph-repair.ts';
import type {
  Adjustment,
  ChromaPlanes,
  ColorizeWish,
  EngineApi,
  PhotographInfo,
  RunReport,
  SavedPicture,
  SaveRequest,
  TileRequest,
  ViewRequest,
} from './protocol.ts';
import { RecolourMemory } from './recolour-memory.ts';
import type {
  ColourHint,
  KeptRegion,
  PreviewImage,
  RecolourAsk,
  RecolourReport,
} from './recolour-protocol.ts';
import { RunMemory } from './run-memory.ts';
import {
  sendAgainIfDead,
  sendAgainIfEnded,
  type JobOptions,
  type ListeningJobOptions,
  type SendJob,
  type WorkerLife,
} from './worker-life.ts';

let photographs = 0;

/** A photograph that the engine holds. Survives the end of a worker: the next one gets it again. */
export class OpenPhotograph {
  readonly #engine: Engine;
  readonly #file: Blob;
  readonly #id = String(++photographs);
  readonly name: string;
  readonly repair: PhotographRepair;
  #adjustment: Adjustment;
  /** Counts adjustments: colours found for an earlier one are not this one's. */
  #version = 0;
  #info: PhotographInfo | null = null;
  #chroma: ChromaPlanes | null = null;
  /** Colours chosen in place of those. */
  #chosen: ChromaPlanes | null = null;
  /** The life in which it is open; null while it rests or is being opened. */
  #life: WorkerLife | null = null;
  #opening: Promise<void> | null = null;

  /** Use {@link Engine.open}. */
  constructor(engine: Engine, file: Blob, name: string, adjustment: Adjustment) {
    this.#engine = engine;
    this.#file = file;
    this.name = name;
    this.#adjustment = adjustment;
    this.repair = new PhotographRepair({
      engine,
      id: this.#id,
      adjustment: () => this.#adjustment,
      call: (send) => sendAgainIfDead(async () => (await this.#ready()).call(send)),
      job: (options, send) => this.#job(options, send),
    });
  }

  get info(): PhotographInfo {
    if (!this.#info) throw new AppError('bug/invariant', 'The photograph is not open yet.');
    return this.#info;
  }

  get adjustment(): Adjustment {
    return this.#adjustment;
  }

  /** Decodes the file again as the present adjustment says; other calls wait for it. */
  reopen(options: JobOptions = {}): Promise<void> {
    const before = this.#opening?.catch(() => undefined) ?? Promise.resolve();
    const opening = before
      .then(() => sendAgainIfDead(() => this.#open(options.signal)))
      .finally(() => {
        if (this.#opening === opening) this.#opening = null;
      });
    this.#opening = opening;
    return opening;
  }

  /** Turns or inverts the source. Its colours are dropped: the network must see it upright and positive. */
  async adjust(adjustment: Adjustment, options: JobOptions = {}): Promise<void> {
    this.#adjustment = adjustment;
    this.#version++;
    this.#chroma = null;
    this.#chosen = null;
    await this.reopen(options);
  }

  /**
   * Finds colours. Progress `colours` says when {@link view} can show those of a pass. Where the worker
   * dies at it, the next one goes on with what is left to try.
   * @throws {AppError} any code; the photograph stays open, with the colours of the run before.
   */
  async colorize(wish: ColorizeWish, options: ListeningJobOptions = {}): Promise<RunReport> {
    this.#engine.askToKeepStorage();
    const version = this.#version;
    const { trust } = this.#engine;
    const isGpuLeftOut = wish.device === 'auto' && !trust.isEarned();
    const memory = new RunMemory(options.onProgress);
    const listening = { signal: options.signal, onProgress: memory.hear };
    const send = () =>
      this.#job(listening, (remote, job, listen) =>
        remote.colorize(job, this.#id, wish, { failed: memory.failed, isGpuLeftOut }, listen),
      );
    try {
      const { report, chroma } = await memory.outlive(send, () => this.#engine.life?.replace());
      trust.learn(report.attempts);
      if (version === this.#version) {
        this.#chroma = chroma;
        this.#chosen = null;
      }
      return report;
    } catch (error) {
      trust.learn(memory.failed);
      // What the run before had found stands again; where that fails too, the first error is told.
      await this.#bringBack().catch(() => undefined);
      throw error;
    }
  }

  /**
   * Draws other colourings of it; progress `recolour` brings each as it is done. Where the worker dies at it,
   * the next one goes on with what is left. Nothing of the photograph is changed.
   * @throws {AppError} any code; what has been told stands.
   */
  async recolour(ask: RecolourAsk, options: ListeningJobOptions = {}): Promise<RecolourReport> {
    askToKeepStorage();
    const { trust } = this.#engine;
    const memory = new RecolourMemory(options.onProgress);
    const listening = { signal: options.signal, onProgress: memory.hear };
    const send = () => {
      const doesWithoutGpu = ask.device === 'auto' && (memory.isSuspect || !trust.isEarned());
      const device = doesWithoutGpu ? 'wasm' : ask.device;
      return this.#job(listening, (remote, job, listen) =>
        remote.recolour(job, this.#id, { ...ask, device }, memory.resume, listen),
      );
    };
    try {
      return await memory.outlive(send, () => this.#engine.life?.replace());
    } finally {
      trust.learn(memory.attempts);
    }
  }

  /** Colours with hints spread over them along edges: what is to come, before a network has run. */
  spreadHints(
    colours: ChromaPlanes,
    hints: readonly ColourHint[],
    lock: KeptRegion | null,
  ): Promise<ChromaPlanes> {
    return this.#call((remote) => remote.spreadHints(this.#id, colours, hints, lock));
  }

  /** A small picture of it in other colours, for a contact sheet. */
  glimpse(colours: ChromaPlanes): Promise<PreviewImage> {
    return this.#call((remote) => remote.glimpse(this.#id, colours));
  }

  /** The colours that its last run found; null before the first. */
  get found(): ChromaPlanes | null {
    return this.#chroma;
  }

  /** Draws and saves with other colours than its last run found, until the next; null are those again. */
  async choose(colours: ChromaPlanes | null): Promise<void> {
    this.#chosen = colours;
    await sendAgainIfDead(async () => {
      await this.#ready();
      await this.#bringBack();
    });
  }

  /** Draws a region at a size; the caller closes the bitmap. */
  view(request: ViewRequest): Promise<ImageBitmap> {
    return this.#call((remote) => remote.view(this.#id, request));
  }

  /**
   * Colours a tile of the picture that this is a small version of; the caller closes the bitmap that comes back.
   * It is not sent again where its worker ends: the pixels were handed over.
   * @throws {AppError} `input/too-large`, `worker/crashed`, `bug/invariant` where no colours were found yet.
   */
  async colourTile(request: TileRequest): Promise<ImageBitmap> {
    const life = await this.#ready();
    return life.call((remote) => remote.colourTile(this.#id, transfer(request, [request.pixels])));
  }

  /** The coloured picture at the original size as a file. */
  save(request: SaveRequest, options: ListeningJobOptions = {}): Promise<SavedPicture> {
    return sendAgainIfDead(() =>
      this.#job(options, (remote, job, listen) => remote.save(job, this.#id, request, listen)),
    );
  }

  /** Frees what the engine holds of it. It rests then: the next call opens it again, with its colours. */
  async close(): Promise<void> {
    const life = this.#life;
    this.#life = null;
    if (life && life === this.#engine.life) await life.call((remote) => remote.close(this.#id));
  }

  #call<T>(send: (remote: Remote<EngineApi>) => Promise<Outcome<T>>): Promise<T> {
    return sendAgainIfDead(async () => (await this.#ready()).call(send));
  }

  #job<T>(options: ListeningJobOptions, send: SendJob<T>): Promise<T> {
    return sendAgainIfEnded(async () => (await this.#ready()).job(options, send));
  }

  /** The life in which it is open: it comes along into a new worker, and back from {@link close}. */
  async #ready(): Promise<WorkerLife> {
    if (!this.#opening && this.#life && this.#life === this.#engine.life) return this.#life;
    await (this.#opening ?? this.reopen());
    return this.#ready();
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    this.#life = null;
    const life = this.#engine.begin();
    this.#info = await life.job({ signal }, (remote, job) =>
      remote.open(job, this.#id, this.#file, this.name, this.#adjustment),
    );
    this.#life = life;
    await this.repair.bringBack(life);
    await this.#bringBack();
  }

  /** Gives the engine the colours chosen, or the last finished run's, in place of what a later run left. */
  async #bringBack(): Promise<void> {
    const chroma = this.#chosen ?? this.#chroma;
    const life = this.#life;
    if (!chroma || !life || life !== this.#engine.life) return;
    await life.call((remote) => remote.restore(this.#id, chroma));
  }
}

let hasAskedToKeepStorage = false;

/** Asks the browser, once, not to evict the weights; only a page may ask. A refusal changes nothing. */
export function askToKeepStorage(): void {
  if (hasAskedToKeepStorage) return;
  hasAskedToKeepStorage = true;
  navigator.storage?.persist?.().catch(() => false);
}
