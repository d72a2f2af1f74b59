/** Multipliers of the two halves of a round, and what the key grows by from round to round. */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;
const ROUNDS = 10;
/**
 * Philox 4×32 with ten rounds: four random words for each counter under a key. It keeps no state, so any
 * place can be drawn alone, in any order; integers only, so every machine draws the same.
 * @param out Gets four words, 0…2³²−1.
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox4x32(counter, key, out) {
    let [c0, c1, c2, c3] = counter;
    let [k0, k1] = key;
    for (let round = 0; round < ROUNDS; round++) {
        const high0 = highWord(MULTIPLIER_0, c0);
        const high1 = highWord(MULTIPLIER_1, c2);
        const low0 = Math.imul(MULTIPLIER_0, c0);
        const low1 = Math.imul(MULTIPLIER_1, c2);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 = (k0 + KEY_STEP_0) | 0;
        k1 = (k1 + KEY_STEP_1) | 0;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}
/** The upper 32 bits of the product of two unsigned words, from products that fit a double exactly. */
function highWord(a, b) {
    const [aHigh, aLow] = [a >>> 16, a & 0xffff];
    const [bHigh, bLow] = [b >>> 16, b & 0xffff];
    const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
    const carry = aLow * bHigh + (middle & 0xffff);
    return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0;
}
