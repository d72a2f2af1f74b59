import { ascii, bigEndian, deflate, joinBytes, littleEndian } from './byte-writer.ts';

/** One page to be drawn. */
export type TiffPlan = {
  width: number;
  height: number;
  /** Samples a pixel. */
  channels: number;
  bitDepth: 1 | 2 | 4 | 8 | 16;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr. */
  photometric: number;
  pixel: (x: number, y: number) => readonly number[];
  /** ExtraSamples: 2 is alpha that is not premultiplied. */
  extraSamples?: number;
  orientation?: number;
  isDeflated?: boolean;
  /** Packs each strip or tile some other way, with TIFF's number for it. */
  packing?: {
    compression: number;
    pack: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  };
  rowsPerStrip?: number;
  /** Sides of a tile, in place of strips. */
  tile?: readonly [width: number, height: number];
  /** Keeps the channels one after the other. */
  isPlanar?: boolean;
  /** Strips or tiles as they are, in place of those drawn from the pixels. */
  chunks?: Uint8Array<ArrayBuffer>[];
  /** All reds, all greens, all blues, 16 bits each. */
  colourMap?: number[];
  isReduced?: boolean;
  /** Tags of text. */
  texts?: [tag: number, text: string][];
  /** Tags that replace or follow those above: [tag, values, one or more]. */
  tags?: [tag: number, ...values: number[]][];
};

type Entry = { tag: number; type: 2 | 3 | 4; values: number[] };

/** A TIFF of drawn pages. */
export async function buildTiff(
  pages: TiffPlan[],
  isLittle = true,
): Promise<Uint8Array<ArrayBuffer>> {
  const order = isLittle ? littleEndian : bigEndian;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 8;
  const links: number[] = [];
  const add = (part: Uint8Array<ArrayBuffer>) => {
    const padded = part.length % 2 === 0 ? part : joinBytes(part, [0]);
    parts.push(padded);
    length += padded.length;
    return length - padded.length;
  };
  for (const page of pages) {
    const chunks = await chunksOf(page, order);
    const offsets = chunks.map(add);
    const entries = entriesOf(page, offsets, chunks);
    const fields = entries.map((entry) => fieldOf(entry, order, add));
    const directory = joinBytes(order(fields.length, 2), ...fields, order(0, 4));
    links.push(add(directory));
  }
  const head = joinBytes(ascii(isLittle ? 'II' : 'MM'), order(42, 2), order(links[0] ?? 0, 4));
  const file = joinBytes(head, ...parts);
  links.forEach((offset, i) => {
    const count = isLittle ? file[offset]! : file[offset + 1]!;
    file.set(order(links[i + 1] ?? 0, 4), offset + 2 + count * 12);
  });
  return file;
}

type Order = (value: number, bytes: number) => number[];

async function chunksOf(page: TiffPlan, order: Order): Promise<Uint8Array<ArrayBuffer>[]> {
  if (page.chunks) return page.chunks;
  const [chunkWidth, chunkRows] = page.tile ?? [page.width, page.rowsPerStrip ?? page.height];
  const planes = page.isPlanar ? page.channels : 1;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let plane = 0; plane < planes; plane++) {
    for (let top = 0; top < page.height; top += chunkRows) {
      for (let left = 0; left < page.width; left += chunkWidth) {
        const rows = page.tile ? chunkRows : Math.min(chunkRows, page.height - top);
        const bytes: number[] = [];
        for (let y = top; y < top + rows; y++) {
          const row: number[] = [];
          for (let x = left; x < left + chunkWidth; x++) {
            const inside = x < page.width && y < page.height;
            const values = inside ? page.pixel(x, y) : page.pixel(0, 0);
            row.push(...values.slice(...(page.isPlanar ? [plane, plane + 1] : [0, page.channels])));
          }
          bytes.push(...rowBytes(row, page.bitDepth, order));
        }
        chunks.push(await packed(Uint8Array.from(bytes), page));
      }
    }
  }
  return chunks;
}

function rowBytes(values: number[], bits: number, order: Order): number[] {
  if (bits >= 8) return values.flatMap((value) => order(value, bits / 8));
  const text = values.map((value) => value.toString(2).padStart(bits, '0')).join('');
  return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function packed(
  bytes: Uint8Array<ArrayBuffer>,
  page: TiffPlan,
): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
  if (page.packing) return page.packing.pack(bytes);
  return page.isDeflated ? deflate(bytes) : bytes;
}

function entriesOf(page: TiffPlan, offsets: number[], chunks: Uint8Array[]): Entry[] {
  const short = (tag: number, ...values: number[]): Entry => ({ tag, type: 3, values });
  const long = (tag: number, ...values: number[]): Entry => ({ tag, type: 4, values });
  const entries = [
    long(254, page.isReduced ? 1 : 0),
    long(256, page.width),
    long(257, page.height),
    short(258, ...Array.from({ length: page.channels }, () => page.bitDepth)),
    short(259, page.packing?.compression ?? (page.isDeflated ? 8 : 1)),
    short(262, page.photometric),
    short(274, page.orientation ?? 1),
    short(277, page.channels),
    short(284, page.isPlanar ? 2 : 1),
    ...(page.tile
      ? [long(322, page.tile[0]), long(323, page.tile[1])]
      : [long(278, page.rowsPerStrip ?? page.height)]),
    long(page.tile ? 324 : 273, ...offsets),
    long(page.tile ? 325 : 279, ...chunks.map((chunk) => chunk.length)),
    ...(page.colourMap ? [short(320, ...page.colourMap)] : []),
    ...(page.extraSamples === undefined ? [] : [short(338, page.extraSamples)]),
  ];
  for (const [tag, text] of page.texts ?? []) {
    entries.push({ tag, type: 2, values: ascii(`${text}\0`) });
  }
  for (const [tag, ...values] of page.tags ?? []) {
    const at = entries.findIndex((entry) => entry.tag === tag);
    entries.splice(at < 0 ? entries.length : at, at < 0 ? 0 : 1, long(tag, ...values));
  }
  return entries.toSorted((a, b) => a.tag - b.tag);
}

/** Values of more than four bytes stand elsewhere, with their offset in the field. */
function fieldOf(
  { tag, type, values }: Entry,
  order: Order,
  add: (part: Uint8Array<ArrayBuffer>) => number,
): Uint8Array<ArrayBuffer> {
  const size = { 2: 1, 3: 2, 4: 4 }[type];
  const bytes = joinBytes(...values.map((value) => order(value, size)));
  const inPlace = bytes.length <= 4 ? joinBytes(bytes, new Uint8Array(4 - bytes.length)) : null;
  return joinBytes(
    order(tag, 2),
    order(type, 2),
    order(values.length, 4),
    inPlace ?? order(add(bytes), 4),
  );
}
