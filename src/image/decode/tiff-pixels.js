import { readTiffValues, TIFF_TAG } from './tiff-file.ts';
/** TIFF's numbers for what the samples mean. */
export const PHOTOMETRIC = {
    whiteIsZero: 0,
    blackIsZero: 1,
    rgb: 2,
    palette: 3,
    cmyk: 5,
    yCbCr: 6,
};
/** Channels that colours take, by photometric number. */
export const COLOUR_CHANNELS = {
    0: 1,
    1: 1,
    2: 3,
    3: 1,
    5: 4,
    6: 3,
};
/** Makes RGBA of a page's samples: 16 bits where the file has them. */
export class TiffPixels {
    #page;
    #hasAlpha;
    /** All reds, all greens, all blues, 16 bits each. */
    #colourMap;
    #is16;
    /** @throws {RangeError} where a palette is missing. */
    constructor(bytes, page) {
        this.#page = page;
        const isPalette = page.photometric === PHOTOMETRIC.palette;
        const entries = isPalette ? 3 * 2 ** page.bitsPerSample : 0;
        this.#colourMap = readTiffValues(bytes, page, TIFF_TAG.colourMap, entries);
        if (this.#colourMap.length < entries) {
            throw new RangeError('The palette of a TIFF is missing.');
        }
        const colours = COLOUR_CHANNELS[page.photometric] ?? 1;
        this.#hasAlpha = page.extraSample !== 0 && page.samplesPerPixel > colours;
        this.#is16 = page.bitsPerSample === 16 || isPalette;
    }
    /** RGBA of `rows` rows of samples from row `y` on, each mirrored where asked. */
    rgba(samples, y, rows, isMirrored) {
        const { width, samplesPerPixel } = this.#page;
        const length = width * rows * 4;
        const rgba = this.#is16 ? new Uint16Array(length) : new Uint8ClampedArray(length);
        const convert = this.#converter();
        const alphaAt = this.#hasAlpha ? (COLOUR_CHANNELS[this.#page.photometric] ?? 1) : 0;
        const opaque = this.#is16 ? 65535 : 255;
        // A palette's alpha has the samples' depth, its colours 16 bits.
        const alphaScale = opaque / (2 ** this.#page.bitsPerSample - 1);
        let from = y * width * samplesPerPixel;
        for (let row = 0; row < rows; row++) {
            for (let x = 0; x < width; x++, from += samplesPerPixel) {
                const to = 4 * (row * width + (isMirrored ? width - 1 - x : x));
                convert(samples, from, rgba, to);
                rgba[to + 3] = alphaAt > 0 ? samples[from + alphaAt] * alphaScale : opaque;
            }
        }
        return rgba;
    }
    #converter() {
        const max = 2 ** this.#page.bitsPerSample - 1;
        const scale = (this.#is16 ? 65535 : 255) / max;
        switch (this.#page.photometric) {
            case PHOTOMETRIC.rgb:
            case PHOTOMETRIC.yCbCr:
                return (samples, from, rgba, to) => {
                    rgba[to] = samples[from] * scale;
                    rgba[to + 1] = samples[from + 1] * scale;
                    rgba[to + 2] = samples[from + 2] * scale;
                };
            case PHOTOMETRIC.palette:
                return paletteConverter(this.#colourMap, max + 1);
            case PHOTOMETRIC.cmyk:
                return cmykConverter(max);
            default: {
                const isInverted = this.#page.photometric === PHOTOMETRIC.whiteIsZero;
                return (samples, from, rgba, to) => {
                    const level = (isInverted ? max - samples[from] : samples[from]) * scale;
                    rgba[to] = rgba[to + 1] = rgba[to + 2] = level;
                };
            }
        }
    }
}
function paletteConverter(colourMap, colours) {
    return (samples, from, rgba, to) => {
        const index = samples[from];
        rgba[to] = colourMap[index];
        rgba[to + 1] = colourMap[colours + index];
        rgba[to + 2] = colourMap[2 * colours + index];
    };
}
/** Without the ink's profile: each ink takes its share of what black leaves. */
function cmykConverter(max) {
    return (samples, from, rgba, to) => {
        const light = (max - samples[from + 3]) / max;
        for (let channel = 0; channel < 3; channel++) {
            rgba[to + channel] = Math.round((max - samples[from + channel]) * light);
        }
    };
}
