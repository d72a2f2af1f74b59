import { boxCells } from '../box-cells.ts';
import { abOfRgb8 } from '../colour/lab.ts';
import { LIGHTNESS_MAX } from '../photograph.ts';
import { shrinkLightness } from '../resize.ts';
import { placeRows } from './place-rows.ts';
/** Longest side of the grid on which a file's own colours are kept. */
const MAX_SIDE = 1024;
/**
 * Gathers a picture's own colours row by row: the mean sRGB level of each cell, from which ab is
 * taken once a cell. (The mean of each pixel's ab would take three cube roots a pixel, and on
 * photographs differs by less than what 8 bits hide.)
 */
export class ColourGrid {
    width;
    height;
    #sourceHeight;
    #columns;
    #row;
    /** Mean levels, three a cell. */
    #means;
    /** @param width, height of the picture before it is turned. */
    constructor(width, height) {
        const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
        this.width = Math.max(1, Math.round(width * scale));
        this.height = Math.max(1, Math.round(height * scale));
        this.#sourceHeight = height;
        this.#columns = boxCells(0, width, this.width, width);
        this.#row = new Float64Array(this.width * 3);
        this.#means = new Float64Array(this.width * this.height * 3);
    }
    /** Adds row `y`, whose RGBA samples begin at `start`. `isGray`: R = G = B all along. */
    addRow(rgba, start, y, isGray) {
        meansAlong(rgba, start, this.#columns, this.#row, isGray);
        const scale = this.height / this.#sourceHeight;
        const [from, to] = [y * scale, (y + 1) * scale];
        for (let row = Math.floor(from); row < Math.min(this.height, to); row++) {
            const share = Math.min(to, row + 1) - Math.max(from, row);
            const offset = row * this.#row.length;
            for (let i = 0; i < this.#row.length; i++)
                this.#means[offset + i] += share * this.#row[i];
        }
    }
    /** The colours as ab with the turned picture's lightness as guide; `maxLevel` is 255 or 65535. */
    finish(lightness, maxLevel, rotation) {
        const cells = this.width * this.height;
        const a = new Float32Array(cells);
        const b = new Float32Array(cells);
        const level = (i) => Math.min(255, Math.round((this.#means[i] * 255) / maxLevel));
        for (let i = 0; i < cells; i++) {
            [a[i], b[i]] = abOfRgb8(level(3 * i), level(3 * i + 1), level(3 * i + 2));
        }
        const isSideways = rotation === 90 || rotation === 270;
        const [width, height] = isSideways ? [this.height, this.width] : [this.width, this.height];
        const ab = new Float32Array(2 * cells);
        const place = { width: this.width, height: this.height, y: 0, rows: this.height };
        placeRows(a, place, ab.subarray(0, cells), rotation);
        placeRows(b, place, ab.subarray(cells), rotation);
        const whole = { x: 0, y: 0, width: lightness.width, height: lightness.height };
        const guide = Float32Array.from(shrinkLightness(lightness, whole, width, height), (value) => (value / LIGHTNESS_MAX) * 100);
        return { width, height, ab, guide };
    }
}
function meansAlong(rgba, start, { first, last, firstShare, lastShare }, row, isGray) {
    for (let cell = 0; cell < first.length; cell++) {
        const from = start + 4 * first[cell];
        const to = start + 4 * last[cell];
        const [shareFrom, shareTo] = [firstShare[cell], lastShare[cell]];
        const size = shareFrom + shareTo + Math.max(0, (to - from) / 4 - 1);
        for (let channel = 0; channel < 3; channel++) {
            let sum = shareFrom * rgba[from + channel] + shareTo * rgba[to + channel];
            for (let at = from + 4; at < to; at += 4)
                sum += rgba[at + channel];
            row[3 * cell + channel] = sum / size;
            if (isGray) {
                row[3 * cell + 1] = row[3 * cell + 2] = sum / size;
                break;
            }
        }
    }
}
