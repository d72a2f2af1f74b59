import { ascii, bigEndian, deflate, joinBytes, littleEndian } from './byte-writer.ts';

/** One page to be drawn. */
export type TiffPlan = {
  width: number;
  height: number;
  /** Samples a pixel. */
  channels: number;
  bitDepth: 8 | 16;
  /** 0 white is zero, 1 black is zero, 2 RGB. */
  photometric: number;
  pixel: (x: number, y: number) => readonly number[];
  /** ExtraSamples: 2 is alpha that is not premultiplied. */
  extraSamples?: number;
  orientation?: number;
  isDeflated?: boolean;
  rowsPerStrip?: number;
  isReduced?: boolean;
  /** Tags that replace or follow those above: [tag, value]. */
  tags?: [tag: number, value: number][];
};

type Entry = { tag: number; type: 3 | 4; values: number[] };

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
    const strips = await stripsOf(page, order);
    const offsets = strips.map(add);
    const entries = entriesOf(page, offsets, strips);
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

async function stripsOf(page: TiffPlan, order: Order): Promise<Uint8Array<ArrayBuffer>[]> {
  const rowsPerStrip = page.rowsPerStrip ?? page.height;
  const strips: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < page.height; first += rowsPerStrip) {
    const bytes: number[] = [];
    for (let y = first; y < Math.min(page.height, first + rowsPerStrip); y++) {
      for (let x = 0; x < page.width; x++) {
        for (const value of page.pixel(x, y).slice(0, page.channels)) {
          bytes.push(...order(value, page.bitDepth / 8));
        }
      }
    }
    const strip = Uint8Array.from(bytes);
    strips.push(page.isDeflated ? await deflate(strip) : strip);
  }
  return strips;
}

function entriesOf(page: TiffPlan, offsets: number[], strips: Uint8Array[]): Entry[] {
  const short = (tag: number, ...values: number[]): Entry => ({ tag, type: 3, values });
  const long = (tag: number, ...values: number[]): Entry => ({ tag, type: 4, values });
  const entries = [
    long(254, page.isReduced ? 1 : 0),
    long(256, page.width),
    long(257, page.height),
    short(258, ...Array.from({ length: page.channels }, () => page.bitDepth)),
    short(259, page.isDeflated ? 8 : 1),
    short(262, page.photometric),
    long(273, ...offsets),
    short(274, page.orientation ?? 1),
    short(277, page.channels),
    long(278, page.rowsPerStrip ?? page.height),
    long(279, ...strips.map((strip) => strip.length)),
    ...(page.extraSamples === undefined ? [] : [short(338, page.extraSamples)]),
  ];
  for (const [tag, value] of page.tags ?? []) {
    const at = entries.findIndex((entry) => entry.tag === tag);
    entries.splice(at < 0 ? entries.length : at, at < 0 ? 0 : 1, long(tag, value));
  }
  return entries.toSorted((a, b) => a.tag - b.tag);
}

/** Values of more than four bytes stand elsewhere, with their offset in the field. */
function fieldOf(
  { tag, type, values }: Entry,
  order: Order,
  add: (part: Uint8Array<ArrayBuffer>) => number,
): Uint8Array<ArrayBuffer> {
  const size = type === 3 ? 2 : 4;
  const bytes = joinBytes(...values.map((value) => order(value, size)));
  const inPlace = bytes.length <= 4 ? joinBytes(bytes, new Uint8Array(4 - bytes.length)) : null;
  return joinBytes(
    order(tag, 2),
    order(type, 2),
    order(values.length, 4),
    inPlace ?? order(add(bytes), 4),
  );
}
