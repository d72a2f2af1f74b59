import { iptcOfResources } from './photoshop-resources.ts';
import { MAX_PART_BYTES } from './source-metadata.ts';
/** Tags of a page that say something of the picture, not of how its pixels are stored. */
const DESCRIPTIVE = new Set([
    269, // DocumentName
    270, // ImageDescription
    271, // Make
    272, // Model
    282, // XResolution
    283, // YResolution
    296, // ResolutionUnit
    305, // Software
    306, // DateTime
    315, // Artist
    316, // HostComputer
    33432, // Copyright
    ...[40091, 40092, 40093, 40094, 40095], // Windows' title, comment, author, keywords, subject
]);
const XMP = 700;
const IPTC = 33723;
const PHOTOSHOP_RESOURCES = 34377;
const EXIF_DIRECTORY = 34665;
const GPS_DIRECTORY = 34853;
/** Point to places in the old file: a maker's notes, and a directory of their own. */
const NOT_MOVABLE = new Set([37500, 40965]);
/** Bytes of one value of each field type, by type number. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const ENTRY_BYTES = 12;
/** No writer has more tags in a directory, or more to say in it. */
const MAX_ENTRIES = 1000;
const MAX_DIRECTORY_BYTES = 4 * MAX_PART_BYTES;
/**
 * What a TIFF's first page says of itself; its EXIF becomes a block of its own, in the file's byte
 * order, so that values are copied as they are.
 * @throws {RangeError} where the file is broken.
 */
export async function readTiffMetadata(window) {
    const head = await window.view(0, 8);
    const isLittle = head.getUint8(0) === 0x49;
    const first = await readDirectory(window, head.getUint32(4, isLittle), isLittle);
    const find = (tag) => first.find((entry) => entry.tag === tag);
    const entries = first.filter(({ tag }) => DESCRIPTIVE.has(tag));
    const pointers = [];
    for (const tag of [EXIF_DIRECTORY, GPS_DIRECTORY]) {
        const pointer = find(tag);
        if (pointer?.data.length !== 4)
            continue;
        const at = new DataView(pointer.data.slice().buffer).getUint32(0, isLittle);
        const inner = await readDirectory(window, at, isLittle);
        pointers.push({ tag, inner: inner.filter((entry) => !NOT_MOVABLE.has(entry.tag)) });
    }
    const resources = find(PHOTOSHOP_RESOURCES);
    const isEmpty = entries.length === 0 && pointers.length === 0;
    return {
        exif: isEmpty ? null : exifBlock(entries, pointers, isLittle),
        xmp: find(XMP)?.data ?? null,
        // Some writers cut the records short where they stand alone.
        iptc: (resources && iptcOfResources(resources.data)) ?? find(IPTC)?.data ?? null,
    };
}
/** Entries with their values; those that are too large, or of no known type, are left out. */
async function readDirectory(window, offset, isLittle) {
    const count = (await window.view(offset, 2)).getUint16(0, isLittle);
    if (count > MAX_ENTRIES)
        throw new RangeError('A TIFF directory is too long.');
    const view = await window.view(offset + 2, count * ENTRY_BYTES);
    const entries = [];
    let total = 0;
    for (let at = 0; at < count * ENTRY_BYTES; at += ENTRY_BYTES) {
        const type = view.getUint16(at + 2, isLittle);
        const values = view.getUint32(at + 4, isLittle);
        const size = (TYPE_BYTES[type] ?? 0) * values;
        if (size === 0 || size > MAX_PART_BYTES)
            continue;
        const tag = view.getUint16(at, isLittle);
        const isWanted = DESCRIPTIVE.has(tag) || tag > 0x8000 || tag === XMP || tag < 32;
        if (!isWanted || total + size > MAX_DIRECTORY_BYTES)
            continue;
        total += size;
        const data = size <= 4
            ? new Uint8Array(view.buffer.slice(at + 8, at + 8 + size))
            : await window.read(view.getUint32(at + 8, isLittle), size);
        entries.push({ tag, type, count: values, data });
    }
    return entries;
}
/** Header, first directory, then the others, each followed by its own values. */
function exifBlock(entries, pointers, isLittle) {
    const number = (value) => {
        const data = new Uint8Array(4);
        new DataView(data.buffer).setUint32(0, value, isLittle);
        return data;
    };
    const links = pointers.map(({ tag }) => ({ tag, type: 4, count: 1, data: number(0) }));
    const first = [...entries, ...links].toSorted((a, b) => a.tag - b.tag);
    let end = 8 + sizeOf(first);
    const starts = pointers.map(({ inner }) => {
        const start = end;
        end += sizeOf(inner);
        return start;
    });
    links.forEach((link, i) => link.data.set(number(starts[i])));
    const block = new Uint8Array(end);
    const view = new DataView(block.buffer);
    block.set(isLittle ? [0x49, 0x49] : [0x4d, 0x4d]);
    view.setUint16(2, 42, isLittle);
    view.setUint32(4, 8, isLittle);
    writeDirectory(view, 8, first, isLittle);
    pointers.forEach(({ inner }, i) => writeDirectory(view, starts[i], inner, isLittle));
    return block;
}
/** Values of more than four bytes stand after the directory, at even places. */
const outside = ({ data }) => (data.length > 4 ? (data.length + 1) & ~1 : 0);
function sizeOf(entries) {
    const directory = 2 + entries.length * ENTRY_BYTES + 4;
    return entries.reduce((sum, entry) => sum + outside(entry), directory);
}
function writeDirectory(view, start, entries, isLittle) {
    const bytes = new Uint8Array(view.buffer);
    view.setUint16(start, entries.length, isLittle);
    let free = start + 2 + entries.length * ENTRY_BYTES + 4;
    entries.forEach((entry, i) => {
        const at = start + 2 + i * ENTRY_BYTES;
        view.setUint16(at, entry.tag, isLittle);
        view.setUint16(at + 2, entry.type, isLittle);
        view.setUint32(at + 4, entry.count, isLittle);
        if (entry.data.length > 4)
            view.setUint32(at + 8, free, isLittle);
        bytes.set(entry.data, entry.data.length > 4 ? free : at + 8);
        free += outside(entry);
    });
}
