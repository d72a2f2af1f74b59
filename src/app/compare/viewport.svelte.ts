import type { Region } from '../../worker/protocol.ts';

/** A point or a length in CSS pixels of the stage. */
export type Point = { x: number; y: number };
/** A size in CSS pixels (the stage) or photograph pixels. */
export type Size = { width: number; height: number };

/** The largest zoom: one pixel of the photograph on eight by eight of the screen. */
const MAX_SCREEN_PIXELS = 8;
/** Small photographs are shown at most this much enlarged when they fit, in screen pixels a pixel. */
const MAX_FIT_SCREEN_PIXELS = 4;

/** Which part of the photograph the stage shows, and how large. */
export class Viewport {
  #stage = $state.raw<Size>({ width: 0, height: 0 });
  #photo = $state.raw<Size>({ width: 1, height: 1 });
  #pixelRatio = $state(1);
  #margin = $state(0);
  /** CSS pixels a pixel of the photograph, or null for fit. */
  #chosenScale = $state<number | null>(null);
  /** The photograph's point in the middle of the stage, in its own pixels. */
  #centre = $state.raw<Point>({ x: 0.5, y: 0.5 });

  readonly fitScale = $derived.by(() => {
    const width = Math.max(1, this.#stage.width - 2 * this.#margin);
    const height = Math.max(1, this.#stage.height - 2 * this.#margin);
    const fill = Math.min(width / this.#photo.width, height / this.#photo.height);
    return Math.min(fill, MAX_FIT_SCREEN_PIXELS / this.#pixelRatio);
  });
  readonly maxScale = $derived(Math.max(MAX_SCREEN_PIXELS / this.#pixelRatio, this.fitScale));
  /** CSS pixels a pixel of the photograph. */
  readonly scale = $derived(
    this.#chosenScale === null
      ? this.fitScale
      : Math.min(this.maxScale, Math.max(this.fitScale, this.#chosenScale)),
  );
  /** Screen pixels a pixel of the photograph: 1 is what "100 %" means. */
  readonly screenScale = $derived(this.scale * this.#pixelRatio);
  readonly left = $derived(this.#stage.width / 2 - this.#clampedCentre().x * this.scale);
  readonly top = $derived(this.#stage.height / 2 - this.#clampedCentre().y * this.scale);
  readonly isFit = $derived(this.scale <= this.fitScale * 1.001);

  get photo(): Size {
    return this.#photo;
  }
  get stage(): Size {
    return this.#stage;
  }
  get pixelRatio(): number {
    return this.#pixelRatio;
  }

  /** The part of the stage that the photograph covers, in CSS pixels. */
  readonly extent: Region = $derived.by(() => {
    const x = Math.max(0, this.left);
    const y = Math.max(0, this.top);
    const right = Math.min(this.#stage.width, this.left + this.#photo.width * this.scale);
    const bottom = Math.min(this.#stage.height, this.top + this.#photo.height * this.scale);
    return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
  });

  /** The visible part of the photograph, in whole pixels of it. */
  readonly visible: Region = $derived.by(() => {
    const { x, y, width, height } = this.extent;
    const x0 = Math.max(0, Math.floor((x - this.left) / this.scale));
    const y0 = Math.max(0, Math.floor((y - this.top) / this.scale));
    const x1 = Math.min(this.#photo.width, Math.ceil((x + width - this.left) / this.scale));
    const y1 = Math.min(this.#photo.height, Math.ceil((y + height - this.top) / this.scale));
    return { x: x0, y: y0, width: Math.max(1, x1 - x0), height: Math.max(1, y1 - y0) };
  });

  measureStage(stage: Size, pixelRatio: number): void {
    this.#stage = stage;
    this.#pixelRatio = pixelRatio;
    this.#margin = stage.width > 700 ? 28 : 0;
  }

  /** Another photograph, or the same one turned: it is fitted again. */
  showPhoto(photo: Size): void {
    if (photo.width === this.#photo.width && photo.height === this.#photo.height) return;
    this.#photo = photo;
    this.fit();
  }

  fit(): void {
    this.#chosenScale = null;
    this.#centre = { x: this.#photo.width / 2, y: this.#photo.height / 2 };
  }

  /** Shows real pixels around a point of the stage. */
  showRealPixels(at: Point = this.#middle()): void {
    this.zoomTo(1 / this.#pixelRatio, at);
  }

  /** Multiplies the scale and keeps what is under `at` where it is. */
  zoomBy(factor: number, at: Point = this.#middle()): void {
    this.zoomTo(this.scale * factor, at);
  }

  zoomTo(scale: number, at: Point): void {
    const next = Math.min(this.maxScale, Math.max(this.fitScale, scale));
    const under = { x: (at.x - this.left) / this.scale, y: (at.y - this.top) / this.scale };
    this.#chosenScale = next <= this.fitScale ? null : next;
    this.#centre = {
      x: under.x + (this.#stage.width / 2 - at.x) / next,
      y: under.y + (this.#stage.height / 2 - at.y) / next,
    };
    this.#centre = this.#clampedCentre();
  }

  /** Moves the photograph with the pointer, in CSS pixels. */
  panBy(dx: number, dy: number): void {
    this.#centre = { x: this.#centre.x - dx / this.scale, y: this.#centre.y - dy / this.scale };
    this.#centre = this.#clampedCentre();
  }

  #middle(): Point {
    return { x: this.#stage.width / 2, y: this.#stage.height / 2 };
  }

  #clampedCentre(): Point {
    const clamp = (centre: number, stage: number, photo: number) => {
      const half = stage / 2 / this.scale;
      return photo <= 2 * half ? photo / 2 : Math.min(photo - half, Math.max(half, centre));
    };
    return {
      x: clamp(this.#centre.x, this.#stage.width, this.#photo.width),
      y: clamp(this.#centre.y, this.#stage.height, this.#photo.height),
    };
  }
}
