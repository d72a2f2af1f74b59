const RANGE = 2 ** 32;
/** The middle part of the distribution reaches this far from a probability of ½; the rest are tails. */
const CENTRE = 0.425;
/** Where the tails' polynomials are developed, in √−ln of the probability. */
const TAIL_ORIGIN = 1.6;
// Coefficients of AS 241 (PPND16), the highest power first. Shortened to what a double
// holds; its third pair is for probabilities below e⁻²⁵.
const CENTRE_ABOVE = [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTRE_BELOW = [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
];
const TAIL_ABOVE = [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const TAIL_BELOW = [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
/**
 * The normal number that a random word stands for: the quantile of (word + ½) / 2³². Within 10⁻¹⁴ of the true
 * one, never falling as the word grows, from −6.34 to 6.34.
 *
 * Box–Muller would need `Math.log` and `Math.cos`, which ECMAScript leaves to each engine ("implementation-
 * approximated"), as it does `Math.sqrt`; only + − × ÷ are IEEE 754 to the last bit everywhere. So this is the
 * quantile function by ratios of polynomials, with a logarithm and a root made of those four alone.
 * @param word 0…2³²−1.
 * @see Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988).
 */
export function normalOfWord(word) {
    const centred = (word - RANGE / 2 + 0.5) / RANGE;
    if (centred >= -CENTRE && centred <= CENTRE) {
        const r = CENTRE * CENTRE - centred * centred;
        return (centred * polynomial(CENTRE_ABOVE, r)) / polynomial(CENTRE_BELOW, r);
    }
    // The tail's probability is (n + ½) / 2³² = (2n + 1) / 2³³: an odd number, which is exact.
    const n = centred < 0 ? word : RANGE - 1 - word;
    const r = squareRoot(33 * Math.LN2 - logarithm(2 * n + 1)) - TAIL_ORIGIN;
    const size = polynomial(TAIL_ABOVE, r) / polynomial(TAIL_BELOW, r);
    return centred < 0 ? -size : size;
}
function polynomial(coefficients, x) {
    let sum = 0;
    for (const coefficient of coefficients)
        sum = sum * x + coefficient;
    return sum;
}
/** ln of a whole number from 1 to 2³³, by 2 artanh((f − 1) / (f + 1)) of its mantissa f in √½…√2. */
function logarithm(value) {
    let mantissa = value;
    let exponent = 0;
    // Halves are exact.
    for (; mantissa > Math.SQRT2; exponent++)
        mantissa /= 2;
    const z = (mantissa - 1) / (mantissa + 1);
    const square = z * z;
    let sum = 0;
    for (let odd = 21; odd >= 1; odd -= 2)
        sum = sum * square + 1 / odd;
    return exponent * Math.LN2 + 2 * z * sum;
}
/** √ of 2.5…23 by Newton's method: from this start the fourth turn is exact but for rounding. */
function squareRoot(value) {
    let root = 1.2 + 0.156 * value;
    for (let turn = 0; turn < 4; turn++)
        root = (root + value / root) / 2;
    return root;
}
