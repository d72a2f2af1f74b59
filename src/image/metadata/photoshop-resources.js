import { latin1 } from '../decode/format.ts';
import { viewOf } from '../decode/picture-header.ts';
/** The resource that holds IPTC's own records (Adobe Photoshop File Formats, image resources). */
const IPTC_RESOURCE = 0x0404;
/** IPTC's records out of Photoshop's image resources, or null where there are none. */
export function iptcOfResources(bytes) {
    const view = viewOf(bytes);
    let offset = 0;
    while (offset + 12 <= bytes.length && latin1(bytes.subarray(offset, offset + 4)) === '8BIM') {
        const id = view.getUint16(offset + 4);
        // A name of a length byte and its letters, then the data, both padded to an even length.
        const nameBytes = (view.getUint8(offset + 6) + 2) & ~1;
        const at = offset + 6 + nameBytes;
        if (at + 4 > bytes.length)
            return null;
        const length = view.getUint32(at);
        if (at + 4 + length > bytes.length)
            return null;
        if (id === IPTC_RESOURCE)
            return bytes.slice(at + 4, at + 4 + length);
        offset = at + 4 + ((length + 1) & ~1);
    }
    return null;
}
/** Photoshop's image resources with nothing but IPTC's records. */
export function resourcesOfIptc(iptc) {
    const bytes = new Uint8Array(12 + ((iptc.length + 1) & ~1));
    const view = viewOf(bytes);
    bytes.set([0x38, 0x42, 0x49, 0x4d]);
    view.setUint16(4, IPTC_RESOURCE);
    view.setUint32(8, iptc.length);
    bytes.set(iptc, 12);
    return bytes;
}
