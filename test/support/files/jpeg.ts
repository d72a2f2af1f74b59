import { ascii, bigEndian, joinBytes, littleEndian } from './byte-writer.ts';

/**
 * A JPEG of flat 8 × 8 blocks: only DC coefficients, quantised so that each level 0–255 is exact.
 * One channel is gray; three are RGB, four CMYK as Adobe writes it (255 is no ink), both without a
 * colour transform.
 */
export type JpegPlan = {
  /** In blocks of 8 × 8. */
  blocksWide: number;
  blocksHigh: number;
  channels: 1 | 3 | 4;
  block: (x: number, y: number) => readonly number[];
  /** EXIF orientation 1–8. */
  orientation?: number;
  /** Further segments, after the start. */
  segments?: readonly (readonly [marker: number, body: Uint8Array | number[]])[];
  /** Puts a whole small JPEG, with an end marker of its own, into the metadata. */
  hasThumbnail?: boolean;
  /** Cuts the last pixels off the size, so that sides are no multiples of 8. */
  crop?: number;
};

/** Categories 0–8 of a DC difference, each a code of four bits. */
const DC_CATEGORIES = 9;
const DC_CODE_BITS = 4;
/** 8 × (level − 128) is the DC coefficient of a flat block; this leaves level − 128. */
const QUANTISER = 8;

/** The file; see {@link JpegPlan}. */
export function buildJpeg(plan: JpegPlan): Uint8Array<ArrayBuffer> {
  const { blocksWide, blocksHigh, channels, crop = 0 } = plan;
  const ids = Array.from({ length: channels }, (_, i) => i + 1);
  const size = [...bigEndian(blocksHigh * 8 - crop, 2), ...bigEndian(blocksWide * 8 - crop, 2)];
  const thumbnail = plan.hasThumbnail
    ? [segment(0xe2, buildJpeg({ ...plan, hasThumbnail: false }))]
    : [];
  return joinBytes(
    [0xff, 0xd8],
    ...(plan.orientation ? [segment(0xe1, exif(plan.orientation))] : []),
    ...thumbnail,
    ...(plan.segments ?? []).map(([marker, body]) => segment(marker, body)),
    ...(channels > 1 ? [segment(0xee, [...ascii('Adobe'), 0, 100, 0, 0, 0, 0, 0])] : []),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => QUANTISER)]),
    segment(0xc0, [8, ...size, channels, ...ids.flatMap((id) => [id, 0x11, 0])]),
    segment(0xc4, [0x00, ...codeCounts(DC_CODE_BITS, DC_CATEGORIES), ...ids0To(DC_CATEGORIES)]),
    segment(0xc4, [0x10, ...codeCounts(1, 1), 0]),
    segment(0xda, [channels, ...ids.flatMap((id) => [id, 0]), 0, 63, 0]),
    scan(plan),
    [0xff, 0xd9],
  );
}

/** A TIFF-like block with the one tag. */
function exif(orientation: number): Uint8Array<ArrayBuffer> {
  const entry = [
    [0x0112, 2],
    [3, 2],
    [1, 4],
    [orientation, 4],
  ] as const;
  return joinBytes(
    ascii('Exif\0\0II*\0'),
    littleEndian(8, 4),
    littleEndian(1, 2),
    entry.flatMap(([value, bytes]) => littleEndian(value, bytes)),
    littleEndian(0, 4),
  );
}

function segment(marker: number, body: Uint8Array | number[]): Uint8Array<ArrayBuffer> {
  return joinBytes([0xff, marker], bigEndian(body.length + 2, 2), body);
}

const ids0To = (count: number) => Array.from({ length: count }, (_, i) => i);

/** How many codes there are of each length 1–16. */
function codeCounts(bits: number, count: number): number[] {
  return Array.from({ length: 16 }, (_, i) => (i + 1 === bits ? count : 0));
}

/** Interleaved blocks: the DC difference to the channel's last block, then "no more" for the rest. */
function scan({ blocksWide, blocksHigh, channels, block }: JpegPlan): Uint8Array<ArrayBuffer> {
  let bits = '';
  const last = Array.from({ length: channels }, () => 0);
  for (let y = 0; y < blocksHigh; y++) {
    for (let x = 0; x < blocksWide; x++) {
      block(x, y)
        .slice(0, channels)
        .forEach((level, channel) => {
          const difference = level - 128 - last[channel]!;
          last[channel] = level - 128;
          bits += dcCode(difference) + '0';
        });
    }
  }
  return stuffed(bits);
}

function dcCode(difference: number): string {
  const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const code = category.toString(2).padStart(DC_CODE_BITS, '0');
  if (category === 0) return code;
  const value = difference > 0 ? difference : difference + 2 ** category - 1;
  return code + value.toString(2).padStart(category, '0');
}

/** Bytes of the bits, filled up with ones, a zero after each 0xFF. */
function stuffed(bits: string): Uint8Array<ArrayBuffer> {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes: number[] = [];
  for (let at = 0; at < padded.length; at += 8) {
    const byte = Number.parseInt(padded.slice(at, at + 8), 2);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return Uint8Array.from(bytes);
}
