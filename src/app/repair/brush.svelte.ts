import {
  strokeTo,
  withStroke,
  type MaskRecipe,
  type MaskStroke,
} from '../../image/mask/mask-recipe.ts';
import type { Point } from '../compare/viewport.svelte.ts';
import type { History } from '../photo/history.svelte.ts';

/** Radii, in pixels of the photograph; the largest is this share of its longer side. */
const LEAST_RADIUS = 1;
const LARGEST_SHARE = 1 / 8;
/** Size, 0–1, that the brush begins with, and what one key press adds. */
const FIRST_SIZE = 0.45;
const SIZE_STEP = 0.05;
/** Of the radius, what a pen draws with that barely touches. */
const LEAST_PRESSURE = 0.3;

/** The brush that marks damage, and the stroke that it is drawing. Places are in pixels of the photograph. */
export class Brush {
  /** Between the smallest and the largest, 0–1, in even factors. */
  size = $state(FIRST_SIZE);
  erases = $state(false);
  /** Where it is; null before it was moved. */
  place = $state.raw<Point | null>(null);
  #stroke = $state.raw<MaskStroke | null>(null);
  readonly #marks: History<MaskRecipe>;

  constructor(marks: History<MaskRecipe>) {
    this.#marks = marks;
  }

  /** The stroke under way, or null while the brush is lifted. */
  get stroke(): MaskStroke | null {
    return this.#stroke;
  }

  /** @param longSide of the photograph, in pixels. */
  radius(longSide: number): number {
    const largest = Math.max(2 * LEAST_RADIUS, longSide * LARGEST_SHARE);
    return LEAST_RADIUS * (largest / LEAST_RADIUS) ** this.size;
  }

  grow(steps: number): void {
    this.size = Math.min(1, Math.max(0, this.size + steps * SIZE_STEP));
  }

  /** Puts the brush down. @param pressure 0–1 of its radius. */
  down(at: Point, longSide: number, pressure = 1): void {
    this.#stroke = { erases: this.erases, points: [] };
    this.to(at, longSide, pressure);
  }

  /** Moves it; a brush that is down draws. */
  to(at: Point, longSide: number, pressure = 1): void {
    this.place = at;
    if (!this.#stroke) return;
    const radius = this.radius(longSide) * (LEAST_PRESSURE + (1 - LEAST_PRESSURE) * pressure);
    this.#stroke = strokeTo(this.#stroke, at.x, at.y, radius);
  }

  /** Lifts it: what it drew is a mark. */
  lift(): void {
    if (this.#stroke) this.#marks.set(withStroke(this.#marks.present, this.#stroke));
    this.#stroke = null;
  }

  /** Lifts it as if it had not been put down. */
  drop(): void {
    this.#stroke = null;
  }
}
