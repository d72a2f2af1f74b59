import { headerOf, viewOf } from './picture-header.ts';
/** Marker codes of ITU-T T.81, table B.1. */
const TEM = 0x01;
const RST0 = 0xd0;
const RST7 = 0xd7;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const isStartOfFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== JPG && marker !== DAC;
/** A marker that stands alone, without a length and a body. */
const isBare = (marker) => marker === TEM || marker === SOI || (marker >= RST0 && marker <= RST7);
/**
 * Size, depth and channels from the first frame header.
 * @throws {RangeError} where the bytes end before it.
 */
export function readJpegHeader(bytes) {
    const view = viewOf(bytes);
    let offset = 2;
    for (;;) {
        const { marker, body } = nextMarker(view, offset);
        if (marker === EOI || marker === SOS)
            return null;
        if (isStartOfFrame(marker)) {
            const width = view.getUint16(body + 5);
            const height = view.getUint16(body + 3);
            return headerOf(width, height, {
                bitDepth: view.getUint8(body + 2),
                isCmyk: view.getUint8(body + 7) === 4,
            });
        }
        offset = isBare(marker) ? body : body + view.getUint16(body);
    }
}
/**
 * True where the picture's own end marker is there. Bytes after it (a second picture, a film) do
 * not matter, and neither do the end markers of thumbnails inside metadata.
 */
export function isJpegComplete(bytes) {
    const view = viewOf(bytes);
    let offset = 2;
    while (offset + 1 < bytes.length) {
        const { marker, body } = nextMarker(view, offset);
        if (marker === EOI)
            return true;
        if (isBare(marker)) {
            offset = body;
            continue;
        }
        if (body + 2 > bytes.length)
            return false;
        offset = body + view.getUint16(body);
        if (marker === SOS)
            offset = endOfScan(bytes, offset);
    }
    return false;
}
/** Skips what is not a marker, and the fill bytes before one (T.81, B.1.1.2). */
function nextMarker(view, from) {
    let offset = from;
    while (view.getUint8(offset) !== 0xff)
        offset++;
    while (view.getUint8(offset) === 0xff)
        offset++;
    return { marker: view.getUint8(offset), body: offset + 1 };
}
/** Where the entropy-coded data ends: at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes, from) {
    let offset = from;
    for (;;) {
        offset = bytes.indexOf(0xff, offset);
        if (offset < 0)
            return bytes.length;
        const next = bytes[offset + 1];
        if (next === undefined)
            return bytes.length;
        if (next !== 0 && next !== 0xff && !(next >= RST0 && next <= RST7))
            return offset;
        offset += next === 0xff ? 1 : 2;
    }
}
