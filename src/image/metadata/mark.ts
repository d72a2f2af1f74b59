import { AppError } from '../../shared/errors.ts';
import { crc32 } from './crc32.ts';

/** Which network guessed the colours. */
export type MachineNote = {
  model: string;
  /** Version of the model. */
  version: string;
};

/** IPTC's term for a real picture into which a trained network put something. */
export const DIGITAL_SOURCE_TYPE =
  'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

/** XMP part 3, 1.1.3: an APP1 segment begins with this. */
const JPEG_XMP_NAMESPACE = 'http://ns.adobe.com/xap/1.0/\0';
/** XMP part 3, 1.1.5: an iTXt chunk with this keyword, not compressed, no language. */
const PNG_XMP_KEYWORD = 'XML:com.adobe.xmp\0\0\0\0\0';
/** Signature (8) and IHDR (length, type, 13 bytes, checksum). */
const PNG_IHDR_END = 33;
const APP0 = 0xe0;
const APP1 = 0xe1;

/**
 * The same file with an XMP packet that says the colours are a machine's guess. The pixels are not
 * touched, and the bytes are not copied: the new Blob is made of slices of the old.
 * @throws {AppError} `bug/invariant` where the blob is not of that format.
 */
export async function markAsMachineColoured(
  blob: Blob,
  format: 'png' | 'jpeg',
  note: MachineNote,
): Promise<Blob> {
  const head = new Uint8Array(await blob.slice(0, PNG_IHDR_END).arrayBuffer());
  const packet = xmpPacket(note);
  const at = format === 'png' ? endOfIhdr(head) : endOfApp0(head);
  const part = format === 'png' ? pngChunk('iTXt', PNG_XMP_KEYWORD + packet) : app1(packet);
  return new Blob([blob.slice(0, at), part, blob.slice(at)], { type: blob.type });
}

/** XMP as it stands in the file (IPTC Photo Metadata 2025.1 for what names the machine). */
export function xmpPacket({ model, version }: MachineNote): string {
  const description = `Coloured by machine (${model}). The colours are a guess by a neural network.`;
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="Autochrome"
    Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}"
    Iptc4xmpExt:AISystemUsed="${escapeXml(model)}"
    Iptc4xmpExt:AISystemVersionUsed="${escapeXml(version)}">
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">${escapeXml(description)}</rdf:li>
    </rdf:Alt>
   </dc:description>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

function endOfIhdr(head: Uint8Array): number {
  if (head.length < PNG_IHDR_END || head[1] !== 0x50) throw notOfFormat('PNG');
  return PNG_IHDR_END;
}

/** After SOI, and after a JFIF segment, which must come first. */
function endOfApp0(head: Uint8Array): number {
  if (head[0] !== 0xff || head[1] !== 0xd8) throw notOfFormat('JPEG');
  const hasApp0 = head[2] === 0xff && head[3] === APP0;
  return hasApp0 ? 4 + ((head[4]! << 8) | head[5]!) : 2;
}

function app1(packet: string): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(JPEG_XMP_NAMESPACE + packet);
  const segment = new Uint8Array(4 + body.length);
  const view = new DataView(segment.buffer);
  view.setUint8(0, 0xff);
  view.setUint8(1, APP1);
  view.setUint16(2, 2 + body.length);
  segment.set(body, 4);
  return segment;
}

function pngChunk(type: string, text: string): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(type + text);
  const chunk = new Uint8Array(4 + body.length + 4);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(4 + body.length, crc32(body));
  return chunk;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function notOfFormat(format: string): AppError {
  return new AppError('bug/invariant', `The file to be marked is not a ${format}.`);
}
