import type { Point, Viewport } from './viewport.svelte.ts';

/** Zoom for one pixel of a mouse wheel, and of a trackpad's pinch (which browsers send as ctrl + wheel). */
const WHEEL_ZOOM = 0.0016;
const PINCH_WHEEL_ZOOM = 0.01;
/** Pixels that a wheel's "line" stands for. */
const WHEEL_LINE_PX = 16;

/** What pointers on the picture do. */
export type GestureTarget = {
  viewport: Viewport;
  /** Moves the divider to a point of the stage; used while the whole photograph is shown. */
  moveDivider: (x: number) => void;
};

/** Pointers on the picture: drag pans (or moves the divider at fit), two fingers pinch, the wheel zooms. */
export class Gestures {
  readonly #target: GestureTarget;
  readonly #pointers = new Map<number, Point>();

  constructor(target: GestureTarget) {
    this.#target = target;
  }

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, pointOf(event));
  };

  readonly move = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    const { viewport } = this.#target;
    if (other) pinch(viewport, before, now, other);
    else if (viewport.isFit) this.#target.moveDivider(now.x);
    else viewport.panBy(now.x - before.x, now.y - before.y);
    this.#pointers.set(event.pointerId, now);
  };

  readonly up = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
  };

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE_PX : 1;
    const speed = event.ctrlKey ? PINCH_WHEEL_ZOOM : WHEEL_ZOOM;
    this.#target.viewport.zoomBy(Math.exp(-event.deltaY * unit * speed), pointOf(event));
  };

  readonly doubleClick = (event: MouseEvent): void => {
    const { viewport } = this.#target;
    if (viewport.isFit) viewport.showRealPixels(pointOf(event));
    else viewport.fit();
  };
}

/** Two fingers: one moved, the other stays. */
export function pinch(viewport: Viewport, before: Point, now: Point, other: Point): void {
  const spread = (a: Point, b: Point) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
  const moved = { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 };
  // Zoomed first: at fit there is nowhere to pan to.
  const origin = { x: middle.x - moved.x, y: middle.y - moved.y };
  viewport.zoomBy(spread(now, other) / spread(before, other), origin);
  viewport.panBy(moved.x, moved.y);
}

/** Where an event happened on the element that listens, in CSS pixels. */
export function pointOf(event: MouseEvent): Point {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
