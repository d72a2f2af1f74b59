import { viewOf } from './picture-header.ts';
/** Tags that matter here, by number. */
export const TIFF_TAG = {
    newSubfileType: 254,
    imageWidth: 256,
    imageLength: 257,
    bitsPerSample: 258,
    compression: 259,
    photometric: 262,
    fillOrder: 266,
    stripOffsets: 273,
    orientation: 274,
    samplesPerPixel: 277,
    rowsPerStrip: 278,
    stripByteCounts: 279,
    planarConfiguration: 284,
    t4Options: 292,
    predictor: 317,
    colourMap: 320,
    tileWidth: 322,
    tileRows: 323,
    tileOffsets: 324,
    tileByteCounts: 325,
    extraSamples: 338,
    sampleFormat: 339,
    jpegTables: 347,
};
/** Bytes of one value of each field type, by type number. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const ENTRY_BYTES = 12;
/** No archive has more pages in one file; a chain that loops ends here at the latest. */
const MAX_PAGES = 10_000;
/**
 * Every page, in order. A chain of directories that loops ends where it began.
 * @throws {RangeError} where a directory or a value lies outside the bytes.
 */
export function readTiffPages(bytes) {
    const view = viewOf(bytes);
    const isLittle = bytes[0] === 0x49;
    const pages = [];
    const seen = new Set();
    let offset = view.getUint32(4, isLittle);
    while (offset !== 0 && !seen.has(offset) && pages.length < MAX_PAGES) {
        seen.add(offset);
        const fields = readFields(view, offset, isLittle);
        pages.push(pageOf(fields));
        const count = view.getUint16(offset, isLittle);
        offset = view.getUint32(offset + 2 + count * ENTRY_BYTES, isLittle);
    }
    return pages;
}
/**
 * The first values of a tag, `limit` at most, or none where it is absent; only whole numbers without
 * a sign.
 * @throws {RangeError} where they lie outside the bytes.
 */
export function readTiffValues(bytes, page, tag, limit) {
    const field = page.fields.get(tag);
    if (!field)
        return [];
    const isLittle = bytes[0] === 0x49;
    const view = viewOf(bytes);
    const step = TYPE_BYTES[field.type] ?? 1;
    return Array.from({ length: Math.min(field.count, limit) }, (_, i) => readInteger(view, field.offset + i * step, field.type, isLittle));
}
function readFields(view, directory, isLittle) {
    const fields = new Map();
    const count = view.getUint16(directory, isLittle);
    for (let index = 0; index < count; index++) {
        const entry = directory + 2 + index * ENTRY_BYTES;
        const type = view.getUint16(entry + 2, isLittle);
        const values = view.getUint32(entry + 4, isLittle);
        const size = (TYPE_BYTES[type] ?? 0) * values;
        const offset = size > 4 ? view.getUint32(entry + 8, isLittle) : entry + 8;
        if (offset + size > view.byteLength)
            throw new RangeError('A TIFF field lies outside the file.');
        if (size === 0)
            continue;
        const value = readInteger(view, offset, type, isLittle);
        fields.set(view.getUint16(entry, isLittle), { value, count: values, type, offset });
    }
    return fields;
}
function readInteger(view, offset, type, isLittle) {
    if (type === 3)
        return view.getUint16(offset, isLittle);
    if (type === 4)
        return view.getUint32(offset, isLittle);
    return view.getUint8(offset);
}
function pageOf(fields) {
    const value = (tag, absent) => fields.get(tag)?.value ?? absent;
    const width = value(TIFF_TAG.imageWidth, 0);
    const height = value(TIFF_TAG.imageLength, 0);
    const isTiled = fields.has(TIFF_TAG.tileWidth);
    const rows = value(isTiled ? TIFF_TAG.tileRows : TIFF_TAG.rowsPerStrip, height);
    return {
        width,
        height,
        bitsPerSample: value(TIFF_TAG.bitsPerSample, 1),
        samplesPerPixel: value(TIFF_TAG.samplesPerPixel, 1),
        compression: value(TIFF_TAG.compression, 1),
        photometric: value(TIFF_TAG.photometric, -1),
        planarConfiguration: value(TIFF_TAG.planarConfiguration, 1),
        predictor: value(TIFF_TAG.predictor, 1),
        sampleFormat: value(TIFF_TAG.sampleFormat, 1),
        orientation: value(TIFF_TAG.orientation, 1),
        fillOrder: value(TIFF_TAG.fillOrder, 1),
        extraSample: value(TIFF_TAG.extraSamples, 0),
        isTiled,
        chunkWidth: isTiled ? value(TIFF_TAG.tileWidth, 0) : width,
        chunkRows: isTiled ? rows : Math.min(rows, height),
        isReduced: (value(TIFF_TAG.newSubfileType, 0) & 1) === 1,
        fields,
    };
}
/** The page to colour: the first that is not a thumbnail, else the first. */
export function mainTiffPage(pages) {
    return pages.find((page) => !page.isReduced) ?? pages[0];
}
