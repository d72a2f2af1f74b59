import type { Engine } from '../../worker/client.ts';
import type { OpenPhotograph } from '../../worker/open-photograph.ts';
import type {
  Adjustment,
  ChromaPlanes,
  Look,
  PhotographInfo,
  ViewRequest,
} from '../../worker/protocol.ts';
import { isSameAdjustment } from './settings.ts';

/** Long edge of a filmstrip picture, in pixels: twice its size on the page. */
const THUMB_EDGE_PX = 192;

/** A file and what the engine made of it: opened when first needed, turned when asked. */
export class Source {
  readonly name: string;
  readonly #engine: Engine;
  readonly #file: Blob;
  #info = $state.raw<PhotographInfo | null>(null);
  #thumb = $state.raw<ImageBitmap | null>(null);
  #version = $state(0);
  #open: OpenPhotograph | null = null;
  #opening: Promise<OpenPhotograph> | null = null;
  /** The last turn asked for: one after another, since each decodes the file again. */
  #turning: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, file: Blob, name: string) {
    this.#engine = engine;
    this.#file = file;
    this.name = name;
  }

  /** Facts about the upright photograph; null until it is opened. */
  get info(): PhotographInfo | null {
    return this.#info;
  }
  /** A small picture for the filmstrip, gray until coloured; closed with this object. */
  get thumb(): ImageBitmap | null {
    return this.#thumb;
  }
  /** Grows when the upright original changes. */
  get version(): number {
    return this.#version;
  }

  /** Whether the opened picture stands as an adjustment says; true while nothing is open. */
  stands(adjustment: Adjustment): boolean {
    return !this.#open || isSameAdjustment(this.#open.adjustment, adjustment);
  }

  /** Opens it, once for all who ask meanwhile. @throws {AppError} `input/*`, `job/aborted`. */
  open(adjustment: Adjustment, signal?: AbortSignal): Promise<OpenPhotograph> {
    if (this.#open) return Promise.resolve(this.#open);
    this.#opening ??= this.#openFile(adjustment, signal).finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** Opens it and turns or inverts it as the adjustment says; its colours are lost where that differs. */
  openAs(adjustment: Adjustment, signal?: AbortSignal): Promise<OpenPhotograph> {
    const turned = this.#turning.then(() => this.#turnTo(adjustment, signal));
    this.#turning = turned.catch(() => undefined);
    return turned;
  }

  /** Opens it if need be and draws a region; the caller closes the bitmap. */
  async view(request: ViewRequest, adjustment: Adjustment): Promise<ImageBitmap> {
    return (await this.open(adjustment)).view(request);
  }

  /** Gives it other colours than its run found; null are those again. */
  async choose(colours: ChromaPlanes | null, adjustment: Adjustment): Promise<void> {
    await (await this.open(adjustment)).choose(colours);
  }

  /** Draws the filmstrip picture again; does nothing before it is open. */
  async drawThumb(of: ViewRequest['of'], look: Look): Promise<void> {
    const { info } = this;
    if (!this.#open || !info) return;
    const scale = Math.min(1, THUMB_EDGE_PX / Math.max(info.width, info.height));
    const bitmap = await this.#open.view({
      of,
      region: { x: 0, y: 0, width: info.width, height: info.height },
      width: Math.max(1, Math.round(info.width * scale)),
      height: Math.max(1, Math.round(info.height * scale)),
      look,
    });
    this.#thumb?.close();
    this.#thumb = bitmap;
  }

  /** Frees what the page and the engine hold of it. */
  async close(): Promise<void> {
    this.#thumb?.close();
    this.#thumb = null;
    await this.#open?.close();
  }

  async #turnTo(adjustment: Adjustment, signal: AbortSignal | undefined): Promise<OpenPhotograph> {
    const open = await this.open(adjustment, signal);
    if (isSameAdjustment(open.adjustment, adjustment)) return open;
    await open.adjust(adjustment, { signal });
    this.#info = open.info;
    this.#version += 1;
    return open;
  }

  async #openFile(
    adjustment: Adjustment,
    signal: AbortSignal | undefined,
  ): Promise<OpenPhotograph> {
    const open = await this.#engine.open(this.#file, this.name, { signal, adjustment });
    this.#open = open;
    this.#info = open.info;
    this.#version += 1;
    return open;
  }
}
