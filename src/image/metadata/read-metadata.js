import { latin1, SNIFF_BYTES, sniffFormat } from '../decode/format.ts';
import { BlobWindow } from './blob-window.ts';
import { iptcOfResources } from './photoshop-resources.ts';
import { MAX_PART_BYTES } from './source-metadata.ts';
import { readTiffMetadata } from './tiff-metadata.ts';
const EXIF_PREFIX = 'Exif\0\0';
const XMP_PREFIX = 'http://ns.adobe.com/xap/1.0/\0';
const PHOTOSHOP_PREFIX = 'Photoshop 3.0\0';
const XMP_KEYWORD = 'XML:com.adobe.xmp';
const IPTC_KEYWORD = 'Raw profile type iptc';
/** Chunks and segments looked at; a film's frames and endless small chunks end here. */
const MAX_PARTS = 100_000;
/**
 * Reads the metadata of a JPEG, PNG, WebP or TIFF, and no more of the file than that takes. Broken
 * metadata is as good as none: the picture does not depend on it.
 */
export async function readMetadata(file) {
    const metadata = { exif: null, xmp: null, iptc: null };
    try {
        const window = new BlobWindow(file);
        const format = sniffFormat(await window.read(0, Math.min(file.size, SNIFF_BYTES)));
        if (format === 'jpeg')
            await readJpeg(window, metadata);
        if (format === 'png')
            await readPng(window, metadata);
        if (format === 'webp')
            await readWebp(window, metadata);
        if (format === 'tiff')
            return await readTiffMetadata(window);
    }
    catch (error) {
        // The file ends in the middle of a part, or it was moved since it was opened: what was read so
        // far stands, and the picture, which is in memory, can still be saved.
        if (!(error instanceof RangeError || error instanceof DOMException))
            throw error;
    }
    return metadata;
}
/** Segments up to the first scan. */
async function readJpeg(window, metadata) {
    const resources = [];
    let offset = 2;
    for (let part = 0; part < MAX_PARTS; part++) {
        const head = await window.view(offset, 4);
        const marker = head.getUint16(0);
        if (marker < 0xffc0 || marker === 0xffda || marker === 0xffd9)
            break;
        const length = head.getUint16(2);
        if (marker === 0xffe1 || marker === 0xffed) {
            const body = await window.read(offset + 4, Math.max(0, length - 2));
            metadata.exif ??= after(body, EXIF_PREFIX);
            metadata.xmp ??= after(body, XMP_PREFIX);
            const resource = after(body, PHOTOSHOP_PREFIX);
            if (resource)
                resources.push(resource);
        }
        offset += 2 + Math.max(2, length);
    }
    metadata.iptc = iptcOfResources(joined(resources));
}
/** All chunks: text may follow the pixels. */
async function readPng(window, metadata) {
    let offset = 8;
    for (let part = 0; part < MAX_PARTS; part++) {
        const head = await window.view(offset, 8);
        const length = head.getUint32(0);
        const type = latin1(new Uint8Array(head.buffer, 4, 4));
        if (type === 'IEND')
            return;
        if (length <= MAX_PART_BYTES && ['eXIf', 'iTXt', 'tEXt', 'zTXt'].includes(type)) {
            const data = await window.read(offset + 8, length);
            if (type === 'eXIf')
                metadata.exif ??= data;
            else
                await readPngText(type, data, metadata);
        }
        offset += 12 + length;
    }
}
async function readPngText(type, data, metadata) {
    const end = data.indexOf(0);
    const keyword = latin1(data.subarray(0, Math.min(79, Math.max(0, end))));
    if (type === 'iTXt' && keyword === XMP_KEYWORD) {
        const isPacked = data[end + 1] === 1;
        // A flag, a method, a language and a translated keyword, which XMP leaves empty.
        const text = data.slice(end + 5);
        metadata.xmp ??= isPacked ? await inflated(text) : text;
    }
    else if (type !== 'iTXt' && keyword === IPTC_KEYWORD) {
        const text = type === 'zTXt' ? await inflated(data.slice(end + 2)) : data.slice(end + 1);
        metadata.iptc ??= text && iptcOfRawProfile(text);
    }
}
async function readWebp(window, metadata) {
    let offset = 12;
    for (let part = 0; part < MAX_PARTS; part++) {
        const head = await window.view(offset, 8);
        const type = latin1(new Uint8Array(head.buffer, 0, 4));
        const length = head.getUint32(4, true);
        if (length <= MAX_PART_BYTES && (type === 'EXIF' || type === 'XMP ')) {
            const data = await window.read(offset + 8, length);
            if (type === 'EXIF')
                metadata.exif ??= after(data, EXIF_PREFIX) ?? data;
            else
                metadata.xmp ??= data;
        }
        offset += 8 + length + (length & 1);
    }
}
/** What follows the prefix, or null where the bytes do not begin with it. */
function after(bytes, prefix) {
    const begins = latin1(bytes.subarray(0, prefix.length)) === prefix;
    return begins ? bytes.slice(prefix.length) : null;
}
function joined(parts) {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
        bytes.set(part, offset);
        offset += part.length;
    }
    return bytes;
}
/**
 * ImageMagick's way to put bytes into text: a name, a length, then two letters a byte. They are the
 * records themselves (which begin with 0x1C) or Photoshop's resources around them.
 */
function iptcOfRawProfile(text) {
    const hex = new TextDecoder('latin1').decode(text).match(/^\s*\w+\s+\d+\s+([\da-f\s]*)$/i)?.[1];
    const pairs = hex?.replace(/\s/g, '').match(/../g) ?? [];
    const bytes = Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
    return bytes[0] === 0x1c ? bytes : iptcOfResources(bytes);
}
/** Null where it is broken, or longer than a part may be. */
async function inflated(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    const reader = stream.getReader();
    const parts = [];
    let length = 0;
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done)
                return joined(parts);
            length += value.length;
            if (length > MAX_PART_BYTES)
                return null;
            parts.push(value);
        }
    }
    catch {
        // Nothing but the decompressor throws here, and it means that the data is damaged.
        return null;
    }
    finally {
        await reader.cancel().catch(() => undefined);
    }
}
