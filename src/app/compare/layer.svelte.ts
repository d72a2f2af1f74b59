import type { Region, ViewRequest } from '../../worker/protocol.ts';
import { onceMore } from '../photo/once-more.ts';
import { LatestWins } from './latest-wins.ts';

/** Drawing slower than this is not live: drafts are drawn while a slider moves. */
const LIVE_BUDGET_MS = 60;

/** Draws a request; the layer shows and owns the bitmap. */
export type View = (request: ViewRequest) => Promise<ImageBitmap>;

/** One canvas that shows a region of the photograph. At most one drawing is under way; the latest wins. */
export class Layer {
  /** Set by the component that renders it. */
  canvas = $state<HTMLCanvasElement | null>(null);
  #place = $state.raw<Region | null>(null);
  readonly #latest = new LatestWins();
  #pixelsPerMs = Infinity;
  #generation = 0;
  #last: (() => void) | null = null;

  /** The region that the canvas shows, in the photograph's pixels; null while empty. */
  get place(): Region | null {
    return this.#place;
  }

  /** Resolves once nothing is being drawn. */
  get idle(): Promise<void> {
    return this.#latest.idle;
  }

  /**
   * Draws what is asked, unless something newer is asked first.
   * @param isLive while a slider moves: fewer pixels where all of them would take too long.
   */
  show(
    request: ViewRequest,
    view: View,
    isLive: boolean,
    onError: (thrown: unknown) => void,
  ): void {
    this.#last = () => this.show(request, view, isLive, onError);
    const generation = this.#generation;
    const draw = async () => {
      const drawn = isLive ? this.#draft(request) : request;
      const started = performance.now();
      const bitmap = await view(drawn);
      this.#pixelsPerMs = (drawn.width * drawn.height) / (performance.now() - started);
      if (generation === this.#generation) this.#put(bitmap, request.region);
      else bitmap.close();
    };
    void this.#latest.ask(async () => {
      try {
        await onceMore(draw);
      } catch (thrown) {
        if (generation === this.#generation) onError(thrown);
      }
    });
  }

  /** Draws the last request anew: a browser whose GPU is reset forgets what canvases held. */
  redraw(): void {
    if (this.#place) this.#last?.();
  }

  /** Empties it; drawings under way are dropped. */
  clear(): void {
    this.#generation += 1;
    this.#place = null;
    this.#last = null;
  }

  #draft(request: ViewRequest): ViewRequest {
    const affordable = this.#pixelsPerMs * LIVE_BUDGET_MS;
    const shrink = Math.min(1, Math.sqrt(affordable / (request.width * request.height)));
    if (shrink > 0.9) return request;
    const side = (length: number) => Math.max(1, Math.round(length * Math.max(0.15, shrink)));
    return { ...request, width: side(request.width), height: side(request.height) };
  }

  #put(bitmap: ImageBitmap, region: Region): void {
    // Not 'bitmaprenderer': only 2D canvases tell when what they held is lost.
    const context = this.canvas?.getContext('2d');
    if (this.canvas && context) {
      this.canvas.width = bitmap.width;
      this.canvas.height = bitmap.height;
      context.drawImage(bitmap, 0, 0);
      this.#place = region;
    }
    bitmap.close();
  }
}
