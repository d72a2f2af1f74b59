import { AppError } from '../../shared/errors.ts';
import { ColourGrid } from './colour-grid.ts';
import { invertPixels, lightnessOfPixels16, lightnessOfPixels8 } from './lightness-of-pixels.ts';
import { placeRows } from './place-rows.ts';
/** Share of coloured pixels above which a picture counts as coloured. */
const COLOURED_SHARE = 0.001;
/** Pixels converted at a time: 8 MB of RGBA. */
export const STRIPE_PIXELS = 2 * 1024 * 1024;
/** Rows a stripe of a picture that wide has, at least one. */
export function stripeRows(width) {
    return Math.max(1, Math.floor(STRIPE_PIXELS / width));
}
/**
 * Makes a photograph from stripes of RGBA, so that the whole picture never exists as RGBA here.
 * Inverts where asked, then takes lightness, then turns.
 */
export class PhotographBuilder {
    #width;
    #height;
    #rotation;
    #isNegative;
    #lightness;
    #stripe;
    #grid;
    #alpha = null;
    #colouredPixels = 0;
    #maxLevel = 255;
    /**
     * @param width, height of the picture before it is turned.
     * @throws {AppError} `memory/exhausted` where its lightness has no room.
     */
    constructor(width, height, options) {
        this.#width = width;
        this.#height = height;
        this.#rotation = options.rotation;
        this.#isNegative = options.isNegative;
        this.#lightness = allocateLightness(width, height);
        this.#stripe = new Uint16Array(width * Math.min(height, stripeRows(width)));
        this.#grid = new ColourGrid(width, height);
    }
    /**
     * Adds the rows from `y` on, not premultiplied, at most {@link stripeRows}; `rgba` is changed.
     * All stripes of a picture have the same depth: 8 bits clamped, or 16.
     */
    add(y, rgba) {
        const rows = rgba.length / 4 / this.#width;
        const place = { width: this.#width, height: this.#height, y, rows };
        if (this.#isNegative)
            invertPixels(rgba);
        const is16 = rgba instanceof Uint16Array;
        const facts = is16
            ? lightnessOfPixels16(rgba, this.#stripe)
            : lightnessOfPixels8(rgba, this.#stripe);
        this.#maxLevel = is16 ? 65535 : 255;
        this.#colouredPixels += facts.colouredPixels;
        placeRows(this.#stripe, place, this.#lightness, this.#rotation);
        if (!facts.isOpaque || this.#alpha)
            this.#addAlpha(rgba, place);
        for (let row = 0; row < rows; row++) {
            this.#grid.addRow(rgba, row * this.#width * 4, y + row, facts.isGray);
        }
    }
    /** The photograph, once every row was added. */
    finish() {
        const isSideways = this.#rotation === 90 || this.#rotation === 270;
        const lightness = {
            width: isSideways ? this.#height : this.#width,
            height: isSideways ? this.#width : this.#height,
            data: this.#lightness,
        };
        const isColour = this.#colouredPixels > COLOURED_SHARE * this.#width * this.#height;
        const ownChroma = isColour
            ? this.#grid.finish(lightness, this.#maxLevel, this.#rotation)
            : null;
        return { photograph: { lightness, alpha: this.#alpha, ownChroma }, isColour };
    }
    #addAlpha(rgba, place) {
        this.#alpha ??= new Uint8Array(this.#lightness.length).fill(255);
        const shift = rgba instanceof Uint16Array ? 8 : 0;
        const stripe = new Uint8Array(rgba.length / 4);
        for (let pixel = 0; pixel < stripe.length; pixel++) {
            stripe[pixel] = rgba[4 * pixel + 3] >> shift;
        }
        placeRows(stripe, place, this.#alpha, this.#rotation);
    }
}
function allocateLightness(width, height) {
    try {
        return new Uint16Array(width * height);
    }
    catch (cause) {
        throw new AppError('memory/exhausted', 'This device has too little free memory for a picture this large. Open a smaller copy of it.', { cause, detail: { width, height } });
    }
}
