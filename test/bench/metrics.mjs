/**
 * How well colours were found. Runs in node and in a page; pixels are RGBA, 0–255, as canvases give them.
 * @typedef {Uint8ClampedArray | Uint8Array} Rgba
 */

/**
 * Peak signal-to-noise ratio over R, G and B, in dB; Infinity where nothing differs.
 * @param {Rgba} one
 * @param {Rgba} other of the same size
 */
export function psnr(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) {
    if (i % 4 !== 3) sum += (at(one, i) - at(other, i)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (sum / (one.length * 0.75)));
}

/**
 * Colourfulness of Hasler and Süsstrunk (2003): 0 is gray, about 40 an ordinary photograph.
 * @param {Rgba} pixels
 */
export function colourfulness(pixels) {
  const count = pixels.length / 4;
  const sums = { rg: 0, yb: 0, rgSquares: 0, ybSquares: 0 };
  for (let i = 0; i < pixels.length; i += 4) {
    const rg = at(pixels, i) - at(pixels, i + 1);
    const yb = (at(pixels, i) + at(pixels, i + 1)) / 2 - at(pixels, i + 2);
    sums.rg += rg;
    sums.yb += yb;
    sums.rgSquares += rg * rg;
    sums.ybSquares += yb * yb;
  }
  const [rg, yb] = [sums.rg / count, sums.yb / count];
  const variance = (sums.rgSquares + sums.ybSquares) / count - rg * rg - yb * yb;
  return Math.sqrt(Math.max(0, variance)) + 0.3 * Math.hypot(rg, yb);
}

/**
 * Makes pixels gray in place, each of its own lightness (CIE L*), as a black-and-white scan has it.
 * @param {Rgba} pixels
 */
export function makeGray(pixels) {
  for (let i = 0; i < pixels.length; i += 4) {
    const luminance =
      0.2126 * linear(at(pixels, i)) +
      0.7152 * linear(at(pixels, i + 1)) +
      0.0722 * linear(at(pixels, i + 2));
    pixels.fill(Math.round(255 * encoded(luminance)), i, i + 3);
  }
}

/**
 * @param {Rgba} pixels
 * @param {number} index within the array
 */
function at(pixels, index) {
  return pixels[index] ?? 0;
}

/**
 * sRGB level 0–255 to linear light 0–1 (IEC 61966-2-1).
 * @param {number} level
 */
function linear(level) {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/**
 * Linear light 0–1 to an sRGB value 0–1.
 * @param {number} light
 */
function encoded(light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
