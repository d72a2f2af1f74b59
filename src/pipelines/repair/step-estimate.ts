import type { DamagedPixels } from './damaged-pixels.ts';
import { coreOf, type Tile, type TileGrid } from './tiles.ts';

/** By so much rounding may keep a pixel's shares from making 1. */
const ROUNDING = 1e-4;

/**
 * The clean picture of a step that is under way, as far as tiles have found it. A step may have a hundred tiles: where
 * it is cut, another try goes on with those that are missing, and on tiles of another size with what these see of
 * the pixels that are. Two numbers for each damaged pixel, and nothing of any device.
 */
export class StepEstimate {
  readonly #damage: DamagedPixels;
  /** What tiles found, times how much each counts at a pixel; and how much all of them count there: 1 in the end. */
  readonly #sum: Float32Array;
  readonly #share: Float32Array;
  readonly #done = new Set<number>();
  #level: number | null = null;
  #grid = { width: 0, height: 0 };

  constructor(damage: DamagedPixels) {
    this.#damage = damage;
    this.#sum = new Float32Array(damage.count);
    this.#share = new Float32Array(damage.count);
  }

  /**
   * Begins a step, or goes on with one that was cut.
   * @param level of the step's noise: what is of another step is forgotten.
   * @returns the tiles that are missing, by their places in the grid.
   */
  begin(level: number, grid: TileGrid): number[] {
    if (level !== this.#level) this.clear();
    const isOtherGrid = grid.width !== this.#grid.width || grid.height !== this.#grid.height;
    if (isOtherGrid) this.#leaveGrid();
    this.#level = level;
    this.#grid = { width: grid.width, height: grid.height };
    return grid.tiles.flatMap((tile, index) =>
      !this.#done.has(index) && this.#isMissingIn(tile) ? [index] : [],
    );
  }

  /** What a tile found of a pixel, and how much that counts among all tiles of its grid: 0…1. */
  add(pixel: number, value: number, share: number): void {
    this.#sum[pixel]! += share * value;
    this.#share[pixel]! += share;
  }

  /** Of the present grid's tiles this one is added. */
  endTile(index: number): void {
    this.#done.add(index);
  }

  /** Writes the clean picture, once no tile is missing, and forgets it. */
  finish(clean: Float32Array): void {
    for (let i = 0; i < clean.length; i++) clean[i] = this.#sum[i]! / this.#share[i]!;
    this.clear();
  }

  clear(): void {
    this.#sum.fill(0);
    this.#share.fill(0);
    this.#done.clear();
    this.#level = null;
  }

  /** Pixels that the grid has not finished begin anew: shares of two grids would not make 1. */
  #leaveGrid(): void {
    this.#done.clear();
    for (let i = 0; i < this.#share.length; i++) {
      if (this.#isMissing(i)) this.#sum[i] = this.#share[i] = 0;
    }
  }

  #isMissing(pixel: number): boolean {
    return this.#share[pixel]! < 1 - ROUNDING;
  }

  #isMissingIn(tile: Tile): boolean {
    const { x, y, width, height } = coreOf(tile);
    for (let row = y; row < y + height; row++) {
      const { first, end } = this.#damage.span(row, x, x + width);
      for (let i = first; i < end; i++) if (this.#isMissing(i)) return true;
    }
    return false;
  }
}
