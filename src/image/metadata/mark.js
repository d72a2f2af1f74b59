import { AppError } from '../../shared/errors.ts';
import { latin1 } from '../decode/format.ts';
import { readJpegHeader } from '../decode/jpeg-file.ts';
import { crc32 } from './crc32.ts';
import { exifOfSaved } from './exif.ts';
import { resourcesOfIptc } from './photoshop-resources.ts';
import { xmpPacket } from './xmp.ts';
/** XMP part 3, 1.1.3: an APP1 segment begins with this. */
const JPEG_XMP_NAMESPACE = 'http://ns.adobe.com/xap/1.0/\0';
/** XMP part 3, 1.1.5: an iTXt chunk with this keyword, not compressed, no language. */
const PNG_XMP_KEYWORD = 'XML:com.adobe.xmp\0\0\0\0\0';
/** No standard puts IPTC into PNG; this is what ImageMagick and ExifTool write and read. */
const PNG_IPTC_KEYWORD = 'Raw profile type iptc\0';
/** Signature (8) and IHDR (length, type, 13 bytes, checksum). */
const PNG_IHDR_END = 33;
/** What a browser writes before the pixels fits into this. */
const HEAD_BYTES = 65_536;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP13 = 0xed;
/** A segment's length has 16 bits and counts itself. */
const MAX_SEGMENT_BODY = 65_533;
const NOTHING = { exif: null, xmp: null, iptc: null };
/**
 * The same file with an XMP packet that says the colours are a machine's guess, and with what the
 * photograph's own file said of it, as far as it is still true. The pixels are not touched, and the
 * bytes are not copied: the new Blob is made of slices of the old.
 * @throws {AppError} `bug/invariant` where the blob is not of that format.
 */
export async function markAsMachineColoured(blob, format, note, source = NOTHING) {
    const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
    const at = format === 'png' ? endOfIhdr(head) : endOfApp0(head);
    const parts = format === 'png' ? pngParts(head, note, source) : jpegParts(head, note, source);
    return new Blob([blob.slice(0, at), ...parts, blob.slice(at)], { type: blob.type });
}
function pngParts(head, note, { exif, xmp, iptc }) {
    const view = new DataView(head.buffer);
    const size = { width: view.getUint32(16), height: view.getUint32(20) };
    const saved = exif && exifOfSaved(exif, size);
    return [
        // Perceptual; a canvas is sRGB unless asked otherwise.
        ...(hasColourChunk(head) ? [] : [pngChunk('sRGB', Uint8Array.of(0))]),
        ...(saved ? [pngChunk('eXIf', saved)] : []),
        pngChunk('iTXt', encoded(PNG_XMP_KEYWORD + xmpPacket(note, xmp))),
        ...(iptc ? [pngChunk('tEXt', encoded(PNG_IPTC_KEYWORD + rawProfile(iptc)))] : []),
    ];
}
function jpegParts(head, note, { exif, xmp, iptc }) {
    const size = readJpegHeader(head);
    if (!size)
        throw notOfFormat('JPEG');
    const saved = exif && exifOfSaved(exif, size);
    const withSource = encoded(JPEG_XMP_NAMESPACE + xmpPacket(note, xmp));
    const isTooLong = withSource.length > MAX_SEGMENT_BODY;
    const packet = isTooLong ? encoded(JPEG_XMP_NAMESPACE + xmpPacket(note, null)) : withSource;
    return [
        saved && segment(APP1, encoded('Exif\0\0'), saved),
        segment(APP1, packet),
        iptc && segment(APP13, encoded('Photoshop 3.0\0'), resourcesOfIptc(iptc)),
    ].filter((part) => part !== null);
}
function endOfIhdr(head) {
    if (head.length < PNG_IHDR_END || head[1] !== 0x50)
        throw notOfFormat('PNG');
    return PNG_IHDR_END;
}
/** After SOI, and after a JFIF segment, which must come first. */
function endOfApp0(head) {
    if (head[0] !== 0xff || head[1] !== 0xd8)
        throw notOfFormat('JPEG');
    const hasApp0 = head[2] === 0xff && head[3] === APP0;
    return hasApp0 ? 4 + ((head[4] << 8) | head[5]) : 2;
}
/** True where the browser itself has said which colours these are, before the pixels. */
function hasColourChunk(head) {
    const view = new DataView(head.buffer);
    let offset = PNG_IHDR_END;
    while (offset + 8 <= head.length) {
        const type = latin1(head.subarray(offset + 4, offset + 8));
        if (['sRGB', 'iCCP', 'cICP'].includes(type))
            return true;
        if (type === 'IDAT')
            return false;
        offset += 12 + view.getUint32(offset);
    }
    return false;
}
/** Null where it is too long for a segment. */
function segment(marker, ...bodies) {
    const length = bodies.reduce((sum, body) => sum + body.length, 0);
    if (length > MAX_SEGMENT_BODY)
        return null;
    const bytes = new Uint8Array(4 + length);
    bytes.set([0xff, marker, (length + 2) >> 8, (length + 2) & 255]);
    let offset = 4;
    for (const body of bodies) {
        bytes.set(body, offset);
        offset += body.length;
    }
    return bytes;
}
function pngChunk(type, data) {
    const chunk = new Uint8Array(12 + data.length);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, data.length);
    chunk.set(encoded(type), 4);
    chunk.set(data, 8);
    view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
    return chunk;
}
/** A name, a length, and the bytes as two letters each. */
function rawProfile(iptc) {
    const bytes = resourcesOfIptc(iptc);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `\niptc\n${String(bytes.length).padStart(8)}\n${hex.replace(/.{72}/g, '$&\n')}\n`;
}
function encoded(text) {
    return new TextEncoder().encode(text);
}
function notOfFormat(format) {
    return new AppError('bug/invariant', `The file to be marked is not a ${format}.`);
}
