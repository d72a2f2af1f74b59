import type { OpenPhotograph } from '../../worker/open-photograph.ts';
import type { Look, Progress, SavedPicture, SaveFormat } from '../../worker/protocol.ts';

/** JPEG quality of saved pictures: no visible loss in photographs. */
const JPEG_QUALITY = 0.93;

/** The writing of one photograph's file: what it is doing, and its end. */
export class Saving {
  #progress = $state.raw<Progress | null>(null);
  #controller: AbortController | null = null;

  /** What it is doing, or null while nothing is written. */
  get progress(): Progress | null {
    return this.#progress;
  }

  /** The coloured picture at the original size. @throws {AppError} `output/*`, `job/aborted`. */
  async run(
    open: () => Promise<OpenPhotograph>,
    format: SaveFormat,
    look: Look,
  ): Promise<SavedPicture> {
    const controller = new AbortController();
    this.#controller = controller;
    this.#progress = { stage: 'encode' };
    try {
      return await (
        await open()
      ).save(
        { format, quality: JPEG_QUALITY, look },
        {
          signal: controller.signal,
          onProgress: (progress) => {
            // Progress has a way of its own: it may come after the answer.
            if (this.#controller === controller) this.#progress = progress;
          },
        },
      );
    } finally {
      this.#progress = null;
      this.#controller = null;
    }
  }

  cancel(): void {
    this.#controller?.abort();
  }
}
