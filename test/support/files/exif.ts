import { ascii, bigEndian, joinBytes, littleEndian } from './byte-writer.ts';

/** What an EXIF block says; see {@link buildExif}. */
export type ExifPlan = {
  orientation?: number;
  isLittle?: boolean;
  /** A JPEG, in a second directory. */
  thumbnail?: Uint8Array;
};

/** Texts that {@link buildExif} writes. */
export const EXIF_TEXTS = {
  artist: 'Anna Lindqvist, Malmo',
  copyright: 'Malmo stadsarkiv, 1931',
  taken: '1931:06:24 15:30:00',
} as const;

/** An EXIF block: author, rights, orientation, time taken, Adobe RGB, a size of its own. */
export function buildExif(plan: ExifPlan = {}): Uint8Array<ArrayBuffer> {
  const { orientation = 1, isLittle = true, thumbnail } = plan;
  const order = isLittle ? littleEndian : bigEndian;
  const text = (value: string) => ascii(`${value}\0`);
  const values: Uint8Array[] = [];
  // Header, first directory of four entries, details of four, a second directory of two.
  let free = 8 + 54 + 54 + 30;
  const put = (bytes: number[] | Uint8Array) => {
    values.push(joinBytes(bytes));
    free += bytes.length;
    return order(free - bytes.length, 4);
  };
  const entry = (tag: number, type: number, count: number, value: number[]) => [
    ...order(tag, 2),
    ...order(type, 2),
    ...order(count, 4),
    ...value,
  ];
  const short = (tag: number, value: number) => entry(tag, 3, 1, [...order(value, 2), 0, 0]);
  const long = (tag: number, value: number) => entry(tag, 4, 1, order(value, 4));
  const words = (tag: number, value: string) => entry(tag, 2, value.length + 1, put(text(value)));
  const first = [
    short(0x0112, orientation),
    words(0x013b, EXIF_TEXTS.artist),
    words(0x8298, EXIF_TEXTS.copyright),
    long(0x8769, 62),
  ];
  const details = [
    words(0x9003, EXIF_TEXTS.taken),
    short(0xa001, 0xffff),
    long(0xa002, 4000),
    long(0xa003, 70_000),
  ];
  const picture = thumbnail ?? new Uint8Array();
  const second = [entry(0x0201, 4, 1, put(picture)), long(0x0202, picture.length)];
  const directory = (entries: number[][], next: number) =>
    joinBytes(order(entries.length, 2), ...entries, order(next, 4));
  return joinBytes(
    ascii(isLittle ? 'II' : 'MM'),
    order(42, 2),
    order(8, 4),
    directory(first, thumbnail ? 116 : 0),
    directory(details, 0),
    directory(second, 0),
    ...values,
  );
}

/** IPTC's records: [dataset of record 2, text]. */
export function buildIptc(records: [dataset: number, text: string][]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    ...records.map(([dataset, text]) =>
      joinBytes([0x1c, 2, dataset], bigEndian(text.length, 2), ascii(text)),
    ),
  );
}

/** Photoshop's resources: a path of no use, then the records under the number for IPTC. */
export function buildPhotoshopResources(iptc: Uint8Array): Uint8Array<ArrayBuffer> {
  const resource = (id: number, name: string, data: Uint8Array) => {
    const named = [name.length, ...ascii(name)];
    return joinBytes(
      ascii('8BIM'),
      bigEndian(id, 2),
      named,
      named.length % 2 ? [0] : [],
      bigEndian(data.length, 4),
      data,
      data.length % 2 ? [0] : [],
    );
  };
  return joinBytes(resource(0x07d0, 'path', Uint8Array.of(1, 2, 3)), resource(0x0404, '', iptc));
}
