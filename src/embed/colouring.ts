import { holdEngine, type HeldEngine } from '../embedding/shared-engine.ts';
import { abortedError, AppError, assert, throwIfAborted } from '../shared/errors.ts';
import type { Engine } from '../worker/client.ts';
import type { EngineAddresses } from '../worker/guest-engine.ts';
import type { OpenPhotograph } from '../worker/open-photograph.ts';
import type { Machine, Preset, Progress } from '../worker/protocol.ts';
import type { CompleteDetail, ErrorDetail, PictureStage } from './events.ts';
import { explained } from './explain.ts';
import { fetchPicture } from './fetch-picture.ts';
import { words } from './words.ts';

/** An engine that has not answered for so long will not: its server accepts and sends nothing. */
const START_MS = 120_000;

/** The longest side that is drawn: no screen shows more of a photograph in a page. */
const MOST_DRAWN = 4096;

/** How the photograph is drawn: at a width in pixels of the screen, with colours of a strength, 0–1.5. */
export type Drawing = { width: number; strength: number };

/** A photograph in colour; whoever has the bitmap closes it. */
export type Coloured = { detail: CompleteDetail; bitmap: ImageBitmap };

/** What one photograph is coloured from, and how. */
export type ColouringOrder = {
  picture: URL;
  addresses: EngineAddresses;
  /** How much of the visitor's machine to take; absent, what a measurement of it found. */
  preset: Preset | undefined;
};

/** Hears how the work goes. */
export type ColouringListener = {
  progress: (stage: PictureStage, fraction: number | null) => void;
  /** Something was refused, and something else took its place: the work goes on. */
  replaced: (detail: ErrorDetail) => void;
};

/** A photograph that the engine of this page colours and draws. Holds nothing in the engine between two calls. */
export class Colouring {
  readonly #order: ColouringOrder;
  #held: HeldEngine | null = null;
  #photograph: OpenPhotograph | null = null;
  #isClosed = false;

  constructor(order: ColouringOrder) {
    this.#order = order;
  }

  /**
   * Fetches the photograph, finds its colours and draws it, after those that were asked for before.
   * @param drawing asked when it is drawn.
   * @throws {AppError} any code.
   */
  async run(
    signal: AbortSignal,
    listener: ColouringListener,
    drawing: () => Drawing,
  ): Promise<Coloured> {
    const startedAt = performance.now();
    try {
      const held = await this.#hold();
      if (held.isBusy()) listener.progress('waiting', null);
      const work = async () => {
        const found = await this.#find(held, signal, listener);
        return { found, bitmap: await this.#draw(drawing()) };
      };
      const { found, bitmap } = await held.inTurn(work, signal);
      return { detail: { ...found, ms: performance.now() - startedAt }, bitmap };
    } catch (thrown) {
      throwIfAborted(signal);
      throw await explained(thrown, this.#order.addresses);
    }
  }

  /** Draws it again, in its turn. @returns a bitmap that the caller closes. */
  async draw(drawing: Drawing, signal: AbortSignal): Promise<ImageBitmap> {
    return (await this.#hold()).inTurn(() => this.#draw(drawing), signal);
  }

  /** Lets go of the photograph and of the engine, which ends with its last user. */
  close(): void {
    void this.#photograph?.close().catch(() => undefined);
    this.#photograph = null;
    this.#isClosed = true;
    this.#held?.letGo();
    this.#held = null;
  }

  async #hold(): Promise<HeldEngine> {
    const held = this.#held ?? (await holdEngine(this.#order.addresses));
    if (this.#isClosed) {
      held.letGo();
      throw abortedError();
    }
    return (this.#held = held);
  }

  /** At most as large as it is; the engine then keeps nothing of it. */
  async #draw({ width: wished, strength }: Drawing): Promise<ImageBitmap> {
    const photograph = this.#photograph;
    assert(photograph, 'Only what was coloured is drawn.');
    const { width, height } = photograph.info;
    const share = Math.min(1, wished / width, MOST_DRAWN / Math.max(width, height));
    try {
      return await photograph.view({
        of: 'coloured',
        region: { x: 0, y: 0, width, height },
        width: Math.max(1, Math.round(width * share)),
        height: Math.max(1, Math.round(height * share)),
        look: { strength, saturation: 1 },
      });
    } finally {
      await photograph.close();
    }
  }

  async #find(
    { engine }: HeldEngine,
    signal: AbortSignal,
    listener: ColouringListener,
  ): Promise<Omit<CompleteDetail, 'ms'>> {
    const { picture, preset } = this.#order;
    listener.progress('picture', null);
    const file = await fetchPicture(picture, signal, (share) =>
      listener.progress('picture', share),
    );
    listener.progress('engine', null);
    tellReplaced(await firstAnswer(engine, signal), listener);
    const photograph = await engine.open(file, nameOf(picture), { signal });
    this.#photograph = photograph;
    const wish = {
      ...({ kind: 'auto', size: 'auto', device: 'auto', wantsPreview: false } as const),
      ...(preset && { preset }),
    };
    const onProgress = (progress: Progress) => tellStage(progress, listener);
    const { plan } = await photograph.colorize(wish, { signal, onProgress });
    const { width, height } = photograph.info;
    return { width, height, model: plan.modelName, backend: plan.backend };
  }
}

/** What the engine says of this machine, within its time. @throws {AppError} `worker/blocked`, `job/aborted`. */
function firstAnswer(engine: Engine, signal: AbortSignal): Promise<Machine> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      engine.terminate();
      reject(new AppError('worker/blocked', 'The engine could not be started in this page.'));
    };
    const timer = setTimeout(giveUp, START_MS);
    const leave = () => reject(abortedError());
    signal.addEventListener('abort', leave, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    };
    void engine.machine().finally(settle).then(resolve, reject);
  });
}

function tellReplaced({ adapter, backend, storage }: Machine, listener: ColouringListener): void {
  if (backend === 'wasm' && (!adapter || adapter.isFallback)) {
    listener.replaced({ code: 'gpu/unavailable', message: words.noGpu, fallback: 'wasm' });
  }
  if (storage.kind === 'memory') {
    const code = 'store/denied';
    listener.replaced({ code, message: words.notKept, fallback: 'memory' });
  }
}

function tellStage(progress: Progress, { progress: tell }: ColouringListener): void {
  if (progress.stage === 'fetch') {
    tell(progress.what, progress.loadedBytes / progress.totalBytes);
  } else if (['load', 'infer', 'upsample'].includes(progress.stage)) {
    tell('colouring', null);
  }
}

function nameOf({ pathname }: URL): string {
  return pathname.split('/').at(-1) || 'photograph';
}
