import type { Engine } from '../worker/client.ts';
import type { OpenPhotograph } from '../worker/open-photograph.ts';
import type {
  ColorizeWish,
  Look,
  PhotographInfo,
  Progress,
  RunReport,
  SaveFormat,
  SavedPicture,
} from '../worker/protocol.ts';
import { Turns } from './turns.ts';

/** Beyond so many pixels a photograph has the engine to itself: two would take more than a page can hold. */
const LARGE_PIXELS = 32e6;

/** How a photograph is to be coloured, and where it comes from and goes to. */
export type FileOrder = {
  name: string;
  read: () => Promise<Blob>;
  write: (picture: Blob) => Promise<void>;
  wish: ColorizeWish;
  look: Look;
  format: SaveFormat;
  /** JPEG quality 0–1. */
  quality: number;
};

/** What became of an {@link FileOrder}. */
export type FinishedFile = { info: PhotographInfo; report: RunReport; saved: SavedPicture };

/**
 * Photographs on their way through one engine. While one is in the network, at most one is decoded ahead and one
 * encoded behind; none passes another, and each fails alone.
 */
export class Conveyor {
  readonly #engine: Engine;
  readonly #onProgress: (progress: Progress) => void;
  readonly #decoding = new Turns();
  readonly #network = new Turns();
  readonly #encoding = new Turns();

  constructor(engine: Engine, onProgress: (progress: Progress) => void = () => {}) {
    this.#engine = engine;
    this.#onProgress = onProgress;
  }

  /** Opens, colours and saves one photograph, each when its turn has come. @throws {AppError} any code. */
  async colorize(order: FileOrder): Promise<FinishedFile> {
    const leaveDecoding = await this.#decoding.take();
    try {
      const photograph = await this.#engine.open(await order.read(), order.name);
      try {
        const leaveNetwork = await this.#network.take();
        const { width, height } = photograph.info;
        const letNextDecode = width * height > LARGE_PIXELS ? () => {} : leaveDecoding;
        return await this.#colorizeOpen(photograph, order, leaveNetwork, letNextDecode);
      } finally {
        await photograph.close();
      }
    } finally {
      leaveDecoding();
    }
  }

  async #colorizeOpen(
    photograph: OpenPhotograph,
    { wish, look, format, quality, write }: FileOrder,
    leaveNetwork: () => void,
    letNextDecode: () => void,
  ): Promise<FinishedFile> {
    let leaveEncoding = () => {};
    const onRun = (progress: Progress) => {
      // A network on wasm has the worker's only thread: nothing is decoded beside it.
      if (progress.stage === 'infer' && progress.plan.backend === 'webgpu') letNextDecode();
      this.#onProgress(progress);
    };
    const onSave = (progress: Progress) => {
      // Its stripes are being painted: the next one's network comes after them, beside the encoding.
      leaveNetwork();
      this.#onProgress(progress);
    };
    try {
      const report = await photograph.colorize(wish, { onProgress: onRun });
      letNextDecode();
      leaveEncoding = await this.#encoding.take();
      const saved = await photograph.save({ format, quality, look }, { onProgress: onSave });
      await write(saved.blob);
      return { info: photograph.info, report, saved };
    } finally {
      leaveNetwork();
      leaveEncoding();
    }
  }
}
