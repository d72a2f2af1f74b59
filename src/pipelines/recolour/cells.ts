import type { NetworkSize } from '../../planner/network-size.ts';
import { reflect, type NetworkInput } from '../colorize/network-input.ts';
import type { AbPlanes } from './request.ts';

/** Pixels along a cell's side. */
const CELL = 4;

/** The mean over each cell of planes `[planes, 4 height, 4 width]`. @returns `[planes, height, width]`. */
export function cellMeansOf(
  values: Float32Array,
  planes: number,
  width: number,
  height: number,
): Float32Array<ArrayBuffer> {
  const means = new Float32Array(planes * width * height);
  for (let at = 0; at < values.length; at++) {
    const x = at % (CELL * width);
    const y = Math.floor(at / (CELL * width));
    means[Math.floor(y / CELL) * width + Math.floor(x / CELL)]! += values[at]! / CELL ** 2;
  }
  return means;
}

/** L* / 100 of each cell of what the encoder sees, padding too. */
export function lightnessOfCells({ size, guide }: NetworkInput): Float32Array<ArrayBuffer> {
  const { width, height, contentWidth, contentHeight } = size;
  const padded = new Float32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = reflect(y, contentHeight) * contentWidth;
    for (let x = 0; x < width; x++) padded[at++] = guide[row + reflect(x, contentWidth)]! / 100;
  }
  return cellMeansOf(padded, 1, width / CELL, height / CELL);
}

/** Columns and rows of the grid that a candidate is given on: the photograph alone, in cells. */
export function contentGrid({ contentWidth, contentHeight }: NetworkSize): {
  width: number;
  height: number;
} {
  const cells = (pixels: number) => Math.max(1, Math.round(pixels / CELL));
  return { width: cells(contentWidth), height: cells(contentHeight) };
}

/** Of planes on the encoder's cells, padding and all, the photograph alone. @param planes `[2, height, width]`. */
export function contentOfCells(planes: Float32Array, size: NetworkSize): AbPlanes {
  const { width, height } = contentGrid(size);
  const cells = { width: size.width / CELL, height: size.height / CELL };
  const across = size.contentWidth / CELL / width;
  const down = size.contentHeight / CELL / height;
  const ab = new Float32Array(2 * width * height);
  for (let plane = 0, at = 0; plane < 2; plane++) {
    const part = planes.subarray(plane * cells.width * cells.height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        ab[at++] = bilinear(part, cells, (x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5);
      }
    }
  }
  return { width, height, ab };
}

/** Planes over a whole photograph as cells of the encoder see them; beyond the photograph its border is repeated. */
export function cellsOfPlanes({ width, height, ab }: AbPlanes, size: NetworkSize): Float32Array {
  const columns = size.width / CELL;
  const rows = size.height / CELL;
  const cells = new Float32Array(2 * columns * rows);
  const across = (width * CELL) / size.contentWidth;
  const down = (height * CELL) / size.contentHeight;
  for (let plane = 0, at = 0; plane < 2; plane++) {
    const part = ab.subarray(plane * width * height);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const [u, v] = [(x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5];
        cells[at++] = bilinear(part, { width, height }, u, v);
      }
    }
  }
  return cells;
}

/** A plane at a place between its samples; beyond them the nearest. */
export function bilinear(
  plane: ArrayLike<number>,
  { width, height }: { width: number; height: number },
  x: number,
  y: number,
): number {
  const [u, v] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [across, down] = [u - left, v - top];
  const at = (row: number, column: number) => plane[row * width + column]!;
  const above = at(top, left) * (1 - across) + at(top, right) * across;
  const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
  return above * (1 - down) + below * down;
}
