import { pinch, pointOf } from '../compare/gestures.ts';
import type { Point, Viewport } from '../compare/viewport.svelte.ts';
import type { Brush } from './brush.svelte.ts';

/** The wheel's button, which moves the picture. */
const MIDDLE_BUTTON = 1;

/** What pointers act on. */
export type BrushTarget = { brush: Brush; viewport: Viewport };

/** Pointers while the brush is in hand: one draws, two fingers pinch, the wheel's button moves the picture. */
export class BrushPointers {
  readonly #target: BrushTarget;
  /** Pointers that are down, where they were last. */
  readonly #held = new Map<number, Point>();
  #drawing: { id: number; isPen: boolean } | null = null;

  constructor(target: BrushTarget) {
    this.#target = target;
  }

  readonly down = (event: PointerEvent): void => {
    const isPan = event.button === MIDDLE_BUTTON;
    if (event.button !== 0 && !isPan) return;
    // A hand that rests beside a pen is no finger.
    if (this.#drawing?.isPen) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#held.set(event.pointerId, pointOf(event));
    if (this.#held.size > 1) {
      this.#target.brush.drop();
      this.#drawing = null;
    } else if (isPan) {
      event.preventDefault();
    } else {
      this.#drawing = { id: event.pointerId, isPen: event.pointerType === 'pen' };
      const { brush, viewport } = this.#target;
      brush.down(inPhoto(viewport, pointOf(event)), longSide(viewport), pressureOf(event));
    }
  };

  readonly move = (event: PointerEvent): void => {
    const { brush, viewport } = this.#target;
    const now = pointOf(event);
    const before = this.#held.get(event.pointerId);
    if (before) this.#held.set(event.pointerId, now);
    const isDrawing = this.#drawing?.id === event.pointerId;
    if (isDrawing || (!before && this.#held.size === 0)) {
      for (const part of partsOf(event, isDrawing)) {
        brush.to(inPhoto(viewport, pointIn(part, event)), longSide(viewport), pressureOf(part));
      }
    } else if (before && this.#held.size === 1) {
      viewport.panBy(now.x - before.x, now.y - before.y);
    } else if (before) {
      const other = [...this.#held].find(([id]) => id !== event.pointerId)?.[1];
      if (other) pinch(viewport, before, now, other);
    }
  };

  readonly up = (event: PointerEvent): void => {
    this.#held.delete(event.pointerId);
    if (this.#drawing?.id !== event.pointerId) return;
    this.#drawing = null;
    this.#target.brush.lift();
  };

  /** The system took the pointer: what it drew was not meant. */
  readonly cancel = (event: PointerEvent): void => {
    if (this.#drawing?.id === event.pointerId) {
      this.#drawing = null;
      this.#target.brush.drop();
    }
    this.#held.delete(event.pointerId);
  };
}

/** The longer side of the photograph, in its pixels. */
export function longSide({ photo }: Viewport): number {
  return Math.max(photo.width, photo.height);
}

/** A point of the stage in pixels of the photograph, also beside it. */
function inPhoto(viewport: Viewport, { x, y }: Point): Point {
  return { x: (x - viewport.left) / viewport.scale, y: (y - viewport.top) / viewport.scale };
}

/** All that a pointer did since the event before: fast strokes keep their bends. */
function partsOf(event: PointerEvent, isDrawing: boolean): PointerEvent[] {
  const parts = isDrawing ? event.getCoalescedEvents() : [];
  return parts.length > 0 ? parts : [event];
}

/** Where a part of an event happened, which has no element of its own. */
function pointIn(part: PointerEvent, whole: PointerEvent): Point {
  const { x, y } = pointOf(whole);
  return { x: x + part.clientX - whole.clientX, y: y + part.clientY - whole.clientY };
}

/** Only pens tell how hard they are pressed; some say nothing. */
function pressureOf({ pointerType, pressure }: PointerEvent): number {
  return pointerType === 'pen' && pressure > 0 ? pressure : 1;
}
