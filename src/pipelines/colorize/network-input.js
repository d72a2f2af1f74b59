import { grayOfLightness } from '../../image/colour/lab.ts';
import { LIGHTNESS_MAX } from '../../image/photograph.ts';
import { shrinkLightness } from '../../image/resize.ts';
/** Shrinks a photograph's lightness to the network's size and pads it by reflection. */
export function networkInput(plane, size) {
    const { contentWidth, contentHeight, width, height } = size;
    const small = wholeAt(plane, contentWidth, contentHeight);
    const grayOf = (grayTable ??= makeGrayTable());
    const columns = Int32Array.from({ length: width }, (_, x) => reflect(x, contentWidth));
    const gray = new Float32Array(width * height);
    for (let y = 0, at = 0; y < height; y++) {
        const row = reflect(y, contentHeight) * contentWidth;
        for (let x = 0; x < width; x++)
            gray[at++] = grayOf[small[row + columns[x]]];
    }
    return { size, gray, guide: lightnessOf(small) };
}
/** L* 0–100 of a whole photograph on a small grid, the mean over each cell. */
export function guideOf(plane, width, height) {
    return lightnessOf(wholeAt(plane, width, height));
}
function wholeAt(plane, width, height) {
    const whole = { x: 0, y: 0, width: plane.width, height: plane.height };
    return shrinkLightness(plane, whole, width, height);
}
function lightnessOf(small) {
    const guide = new Float32Array(small.length);
    for (let i = 0; i < guide.length; i++)
        guide[i] = (small[i] * 100) / LIGHTNESS_MAX;
    return guide;
}
/** Gray of every lightness: made once, it saves a power for each pixel. */
let grayTable = null;
function makeGrayTable() {
    return Float32Array.from({ length: LIGHTNESS_MAX + 1 }, (_, level) => grayOfLightness((level * 100) / LIGHTNESS_MAX));
}
/** The index inside 0…size−1 that a mirror at each border (which is not repeated) shows at `index`. */
function reflect(index, size) {
    if (size === 1)
        return 0;
    const period = 2 * (size - 1);
    const place = index % period;
    return place < size ? place : period - place;
}
