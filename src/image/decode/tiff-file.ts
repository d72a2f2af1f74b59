import { viewOf } from './picture-header.ts';

/** What one directory (page) of a TIFF says of itself; names and values follow TIFF 6.0. */
export type TiffPage = {
  width: number;
  height: number;
  /** Of the first channel. */
  bitsPerSample: number;
  samplesPerPixel: number;
  compression: number;
  photometric: number;
  /** 1 interleaved, 2 one plane after the other. */
  planarConfiguration: number;
  predictor: number;
  /** 1 unsigned, 2 signed, 3 float. */
  sampleFormat: number;
  /** 1–8 as in EXIF. */
  orientation: number;
  /** Byte offset of the orientation's value, or null where the tag is absent. */
  orientationOffset: number | null;
  isTiled: boolean;
  /** Number of strips, and of rows in each. */
  strips: number;
  rowsPerStrip: number;
  /** True for thumbnails and the smaller levels of a pyramid. */
  isReduced: boolean;
  /** Position in the file's chain of directories. */
  index: number;
};

const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  planarConfiguration: 284,
  predictor: 317,
  tileWidth: 322,
  sampleFormat: 339,
} as const;

/** Bytes of one value of each field type, by type number. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const ENTRY_BYTES = 12;
/** No archive has more pages in one file; a chain that loops ends here at the latest. */
const MAX_PAGES = 10_000;

/**
 * Every page, in order. A chain of directories that loops ends where it began.
 * @throws {RangeError} where a directory or a value lies outside the bytes.
 */
export function readTiffPages(bytes: Uint8Array): TiffPage[] {
  const view = viewOf(bytes);
  const isLittle = bytes[0] === 0x49;
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let offset = view.getUint32(4, isLittle);
  while (offset !== 0 && !seen.has(offset) && pages.length < MAX_PAGES) {
    seen.add(offset);
    const fields = readFields(view, offset, isLittle);
    pages.push(pageOf(fields, pages.length));
    const count = view.getUint16(offset, isLittle);
    offset = view.getUint32(offset + 2 + count * ENTRY_BYTES, isLittle);
  }
  return pages;
}

/** First value, number of values, and where the first lies. */
type Field = { value: number; count: number; offset: number };

function readFields(view: DataView, directory: number, isLittle: boolean): Map<number, Field> {
  const fields = new Map<number, Field>();
  const count = view.getUint16(directory, isLittle);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    const type = view.getUint16(entry + 2, isLittle);
    const values = view.getUint32(entry + 4, isLittle);
    const size = (TYPE_BYTES[type] ?? 0) * values;
    const offset = size > 4 ? view.getUint32(entry + 8, isLittle) : entry + 8;
    if (offset + size > view.byteLength)
      throw new RangeError('A TIFF field lies outside the file.');
    if (size === 0) continue;
    const value = readInteger(view, offset, type, isLittle);
    fields.set(view.getUint16(entry, isLittle), { value, count: values, offset });
  }
  return fields;
}

function readInteger(view: DataView, offset: number, type: number, isLittle: boolean): number {
  if (type === 3) return view.getUint16(offset, isLittle);
  if (type === 4) return view.getUint32(offset, isLittle);
  return view.getUint8(offset);
}

function pageOf(fields: Map<number, Field>, index: number): TiffPage {
  const value = (tag: number, absent: number) => fields.get(tag)?.value ?? absent;
  return {
    width: value(TAG.imageWidth, 0),
    height: value(TAG.imageLength, 0),
    bitsPerSample: value(TAG.bitsPerSample, 1),
    samplesPerPixel: value(TAG.samplesPerPixel, 1),
    compression: value(TAG.compression, 1),
    photometric: value(TAG.photometric, -1),
    planarConfiguration: value(TAG.planarConfiguration, 1),
    predictor: value(TAG.predictor, 1),
    sampleFormat: value(TAG.sampleFormat, 1),
    orientation: value(TAG.orientation, 1),
    orientationOffset: fields.get(TAG.orientation)?.offset ?? null,
    isTiled: fields.has(TAG.tileWidth),
    strips: fields.get(TAG.stripOffsets)?.count ?? 0,
    rowsPerStrip: value(TAG.rowsPerStrip, 0xffffffff),
    isReduced: (value(TAG.newSubfileType, 0) & 1) === 1,
    index,
  };
}

/** The page to colour: the first that is not a thumbnail, else the first. */
export function mainTiffPage(pages: TiffPage[]): TiffPage | undefined {
  return pages.find((page) => !page.isReduced) ?? pages[0];
}
