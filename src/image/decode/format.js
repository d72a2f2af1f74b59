/** How many of a file's first bytes {@link sniffFormat} looks at, at most. */
export const SNIFF_BYTES = 4096;
/** ISO base media brands (ISO/IEC 14496-12, 23000-22; AV1 Image File Format) by what they hold. */
const BRANDS = {
    avif: 'avif',
    avis: 'avif',
    heic: 'heic',
    heix: 'heic',
    heim: 'heic',
    heis: 'heic',
    hevc: 'heic',
    hevx: 'heic',
    'crx ': 'raw',
};
/** Tags of TIFF's first directory that only camera raw files have. */
const TAG_NEW_SUBFILE_TYPE = 254;
const TAG_SUB_DIRECTORIES = 330;
const TAG_DNG_VERSION = 50706;
/** The format of a file that begins with `bytes`; never throws. */
export function sniffFormat(bytes) {
    const text = latin1(bytes.subarray(0, 16));
    const at = (offset, expected) => text.slice(offset, offset + expected.length) === expected;
    if (at(0, '\xff\xd8\xff'))
        return 'jpeg';
    if (at(0, '\x89PNG\r\n\x1a\n'))
        return 'png';
    if (at(0, 'GIF87a') || at(0, 'GIF89a'))
        return 'gif';
    if (at(0, 'RIFF') && at(8, 'WEBP'))
        return 'webp';
    if (at(0, 'BM') && isBitmapHeader(bytes))
        return 'bmp';
    if (at(4, 'ftyp'))
        return formatOfBrands(bytes);
    if (at(0, 'II*\0') || at(0, 'MM\0*'))
        return isRawTiff(bytes) ? 'raw' : 'tiff';
    if (at(0, 'II+\0') || at(0, 'MM\0+'))
        return 'bigtiff';
    if (at(0, 'FUJIFILMCCD-RAW') || at(0, 'IIRO') || at(0, 'IIRS') || at(0, 'IIU\0'))
        return 'raw';
    if (at(0, '%PDF-'))
        return 'pdf';
    if (at(0, '8BPS'))
        return 'photoshop';
    if (at(4, 'jP  ') || at(0, '\xff\x4f\xff\x51'))
        return 'jpeg2000';
    if (at(4, 'JXL ') || at(0, '\xff\x0a'))
        return 'jpeg-xl';
    if (at(0, '\0\0\x01\0'))
        return 'icon';
    if (isSvg(bytes))
        return 'svg';
    return 'unknown';
}
/** Each byte as the character of that code. */
export function latin1(bytes) {
    return String.fromCharCode(...bytes);
}
/** "BM" begins many a text; a real header also names one of the known header sizes. */
function isBitmapHeader(bytes) {
    const size = bytes[14];
    return (bytes.length < 18 ||
        (size !== undefined && [12, 16, 40, 52, 56, 64, 108, 124].includes(size) && bytes[15] === 0));
}
function formatOfBrands(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = Math.min(view.getUint32(0), bytes.length);
    const brands = [latin1(bytes.subarray(8, 12))];
    for (let offset = 16; offset + 4 <= end; offset += 4) {
        brands.push(latin1(bytes.subarray(offset, offset + 4)));
    }
    for (const brand of brands) {
        const format = BRANDS[brand];
        if (format)
            return format;
    }
    return brands.includes('mif1') ? 'heic' : 'video';
}
/** True for DNG, CR2, and the TIFF-based raws whose first directory is a thumbnail with sub-images. */
function isRawTiff(bytes) {
    if (latin1(bytes.subarray(8, 10)) === 'CR')
        return true;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLittle = bytes[0] === 0x49;
    if (bytes.length < 8)
        return false;
    const directory = view.getUint32(4, isLittle);
    if (directory + 2 > bytes.length)
        return false;
    const count = view.getUint16(directory, isLittle);
    let isReduced = false;
    let hasSubDirectories = false;
    for (let entry = directory + 2; entry + 12 <= bytes.length; entry += 12) {
        if (entry >= directory + 2 + count * 12)
            break;
        const tag = view.getUint16(entry, isLittle);
        if (tag === TAG_DNG_VERSION)
            return true;
        if (tag === TAG_SUB_DIRECTORIES)
            hasSubDirectories = true;
        if (tag === TAG_NEW_SUBFILE_TYPE)
            isReduced = (view.getUint32(entry + 8, isLittle) & 1) === 1;
    }
    return isReduced && hasSubDirectories;
}
/** SVG is text: an optional byte-order mark, XML declaration, doctype and comments, then `<svg`. */
function isSvg(bytes) {
    const text = new TextDecoder().decode(bytes.subarray(0, SNIFF_BYTES)).trimStart();
    return text.startsWith('<') && /<svg[\s>/]/i.test(text);
}
