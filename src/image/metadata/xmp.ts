/** Which networks guessed the colours and filled in damage, and how. */
export type MachineNote = {
  model: string;
  /** Version of this program. */
  version: string;
  /** How it was run, in a few words: its size, precision, place and steps down. */
  made: string;
  /** Absent where nothing was repaired. */
  repair?: RepairNote;
};

/** The same of filled damage. */
type RepairNote = {
  model: string;
  made: string;
  /** Repaired pixels in parts of all. */
  share: number;
};

/** IPTC's term for a real picture into which a trained network put something. */
export const DIGITAL_SOURCE_TYPE =
  'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

/**
 * Properties that are ours to say, whatever their prefix, and those that are no longer true of the
 * saved picture.
 */
const REPLACED = [
  ...['DigitalSourceType', 'AISystemUsed', 'AISystemVersionUsed', 'CreatorTool'],
  ...['Orientation', 'ImageWidth', 'ImageLength', 'PixelXDimension', 'PixelYDimension'],
  ...['ColorSpace', 'ICCProfile', 'Thumbnails', 'HasExtendedXMP'],
].join('|');
const REPLACED_ELEMENT = new RegExp(
  `<([\\w.-]+:(?:${REPLACED}))(?:\\s[^<>]*)?(?:/>|(?<!/)>[\\s\\S]*?</\\1\\s*>)`,
  'g',
);
const REPLACED_ATTRIBUTE = new RegExp(
  `\\s[\\w.-]+:(?:${REPLACED})\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`,
  'g',
);

/** Comments, sections and declarations, control characters, and entities that XML does not know. */
const NOT_PLAIN = /<!|[^\P{Cc}\t\n\r]|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/u;

/**
 * XMP as it stands in the file (names by IPTC Photo Metadata 2025.1): what the source's packet says,
 * where it can be extended safely, and that the colours are a machine's guess, which wins.
 */
export function xmpPacket(note: MachineNote, source: Uint8Array | null): string {
  const properties = source && propertiesOf(source);
  const about = properties?.match(/\srdf:about\s*=\s*("[^"]*"|'[^']*')/)?.[1] ?? '""';
  const hasDescription = /[<\s][\w.-]+:description[\s=>/]/.test(properties ?? '');
  const description = ownDescription(note, about, !hasDescription);
  const open = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">';
  const body = properties ? `${properties}\n${description}` : `${open}\n${description}`;
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 ${body}
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

function ownDescription(note: MachineNote, about: string, hasWords: boolean): string {
  const { repair } = note;
  const words = [
    `Coloured by machine (${note.model}, ${note.made}).`,
    'The colours are a guess by a neural network.',
    ...(repair ? [repairWords(repair)] : []),
  ].join(' ');
  const systems = repair ? `${note.model}; ${repair.model}` : note.model;
  const runs = repair ? `${note.made}; repair of ${areaOf(repair)}: ${repair.made}` : note.made;
  return `  <rdf:Description rdf:about=${about}
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="Autochrome"
    Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}"
    Iptc4xmpExt:AISystemUsed="${escapeXml(systems)}"
    Iptc4xmpExt:AISystemVersionUsed="${escapeXml(`${note.version} (${runs})`)}">${
      hasWords
        ? `
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">${escapeXml(words)}</rdf:li>
    </rdf:Alt>
   </dc:description>`
        : ''
    }
  </rdf:Description>`;
}

/** Two digits say enough. */
function areaOf({ share }: RepairNote): string {
  return `${Number((100 * share).toPrecision(2))} % of the area`;
}

function repairWords(repair: RepairNote): string {
  const { model, made } = repair;
  return `Damage on ${areaOf(repair)} was filled in by machine (${model}, ${made}): what stands there is a guess too.`;
}

/**
 * The source's `rdf:RDF` element without its end tag and without {@link REPLACED}; null where it is
 * not plain enough to be extended as text. (A worker has no XML parser.)
 */
function propertiesOf(source: Uint8Array): string | null {
  const text = decoded(source);
  if (text === null || NOT_PLAIN.test(text)) return null;
  const start = text.indexOf('<rdf:RDF');
  const end = text.indexOf('</rdf:RDF>');
  if (start < 0 || end < start || text.lastIndexOf('<rdf:RDF') !== start) return null;
  const properties = text
    .slice(start, end)
    .replace(REPLACED_ELEMENT, '')
    .replace(REPLACED_ATTRIBUTE, '')
    .trimEnd();
  // An unusual spelling that the patterns missed must not contradict ours.
  const isClean = !new RegExp(`:(?:${REPLACED})\\b`).test(properties);
  return isClean && isBalanced(`${properties}</rdf:RDF>`) ? properties : null;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const TAG =
  /<(\/?)([\w.-]+:[\w.-]+)((?:\s+[\w.-]+(?::[\w.-]+)?\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

/** True where every tag is plain, closed in order, and of a prefix that is declared inside. */
function isBalanced(xml: string): boolean {
  const open: string[] = [];
  const used = new Set<string>();
  const declared = new Set(['xml', 'xmlns']);
  let at = 0;
  while (at >= 0 && at < xml.length) {
    TAG.lastIndex = at;
    const [tag, slash, name = '', attributes = '', bare] = TAG.exec(xml) ?? [];
    if (tag === undefined) return false;
    used.add(name.split(':')[0]!);
    for (const [, prefix, local] of attributes.matchAll(/\s([\w.-]+):([\w.-]+)\s*=/g)) {
      used.add(prefix!);
      if (prefix === 'xmlns') declared.add(local!);
    }
    if (slash) {
      if (open.pop() !== name) return false;
      if (open.length === 0) break;
    } else if (!bare) {
      open.push(name);
    }
    at = xml.indexOf('<', at + tag.length);
  }
  return open.length === 0 && [...used].every((prefix) => declared.has(prefix));
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
