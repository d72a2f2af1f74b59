import { assert } from '../../shared/errors.ts';
import { normalOfWord } from './normal-of-word.ts';
import { philox4x32 } from './philox.ts';
/**
 * Fills a latent with independent normal numbers (mean 0, variance 1), the same on every machine. Each follows
 * from its seed, draw, channel and place in the picture alone: tiles of any size agree where they overlap, and a
 * step that is taken again gets the same noise.
 * @param out `[channels, height, width]`.
 * @param draw Which noise of the run: 0 for the start, n + 1 for the one that step n adds.
 */
export function gaussianNoise(out, field, draw) {
    const { seed, x, y, width, height, channels } = field;
    assert(Number.isSafeInteger(seed) && seed >= 0, 'A seed is a whole number from 0 to 2⁵³ − 1.');
    assert(out.length === channels * height * width, 'Noise is for a latent of another size.');
    const key = [seed | 0, Math.floor(seed / 2 ** 32)];
    const words = new Uint32Array(4);
    let at = 0;
    for (let channel = 0; channel < channels; channel++) {
        for (let row = y; row < y + height; row++) {
            // Four neighbours come of one counter; arithmetic shifts keep them together below 0 too.
            for (let column = x, drawn = NaN; column < x + width; column++) {
                if (column >> 2 !== drawn) {
                    drawn = column >> 2;
                    philox4x32([drawn, row, channel, draw], key, words);
                }
                out[at++] = normalOfWord(words[column & 3]);
            }
        }
    }
}
