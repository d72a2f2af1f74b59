import { isAvifComplete, readAvifHeader } from './avif-file.ts';
import { isBmpComplete, readBmpHeader } from './bmp-file.ts';
import { isGifComplete, readGifHeader } from './gif-file.ts';
import { isJpegComplete, readJpegHeader } from './jpeg-file.ts';
import { headerOf } from './picture-header.ts';
import { isPngComplete, readPngHeader } from './png-file.ts';
import { mainTiffPage, readTiffPages } from './tiff-file.ts';
import { isWebpComplete, readWebpHeader } from './webp-file.ts';
const READINGS = {
    jpeg: { readHeader: readJpegHeader, isComplete: isJpegComplete },
    png: { readHeader: readPngHeader, isComplete: isPngComplete },
    gif: { readHeader: readGifHeader, isComplete: isGifComplete },
    webp: { readHeader: readWebpHeader, isComplete: isWebpComplete },
    avif: { readHeader: readAvifHeader, isComplete: isAvifComplete },
    bmp: { readHeader: readBmpHeader, isComplete: isBmpComplete },
    // Its strips are checked as they are read; there is no end marker.
    tiff: { readHeader: readTiffHeader, isComplete: () => true },
};
/**
 * Size, depth and frames without decoding anything; null where the header is cut off, broken, or
 * names a side of zero.
 */
export function readDimensions(bytes, format) {
    const header = unlessCutOff(() => READINGS[format].readHeader(bytes));
    return header && header.width > 0 && header.height > 0 ? header : null;
}
/**
 * Whether the whole picture seems to be in the bytes. Browsers show the upper part of a file that
 * is cut off and leave the rest gray or empty, so this must be asked before.
 */
export function isComplete(bytes, format) {
    return unlessCutOff(() => READINGS[format].isComplete(bytes)) ?? false;
}
function readTiffHeader(bytes) {
    const pages = readTiffPages(bytes);
    const page = mainTiffPage(pages);
    if (!page)
        return null;
    return headerOf(page.width, page.height, {
        bitDepth: page.bitsPerSample,
        frames: Math.max(1, pages.filter(({ isReduced }) => !isReduced).length),
    });
}
/** A DataView throws RangeError past its end, which is what a file that is cut off looks like. */
function unlessCutOff(read) {
    try {
        return read();
    }
    catch (error) {
        if (error instanceof RangeError)
            return null;
        throw error;
    }
}
