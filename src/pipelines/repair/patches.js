/** Writes repaired pixels into a photograph; all others stay as they are, bit for bit. */
export function applyPatches(plane, patches) {
    for (const { x, y, width, height, mask, lightness } of patches) {
        for (let row = 0; row < height; row++) {
            const to = (y + row) * plane.width + x;
            for (let i = row * width, end = i + width, at = to; i < end; i++, at++) {
                if (mask[i] === 1)
                    plane.data[at] = lightness[i];
            }
        }
    }
}
/** What a list of patches holds on to, for `postMessage`. */
export function buffersOf(patches) {
    return patches.flatMap(({ mask, lightness }) => [mask.buffer, lightness.buffer]);
}
