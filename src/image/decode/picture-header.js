/** A header of one frame, 8 bits and no CMYK unless `facts` say otherwise. */
export function headerOf(width, height, facts = {}) {
    return { width, height, bitDepth: 8, isCmyk: false, frames: 1, ...facts };
}
/** A view of the same bytes. */
export function viewOf(bytes) {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
