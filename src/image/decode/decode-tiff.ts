import type * as Tiff from 'tiff';
import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { letMessagesIn } from './let-messages-in.ts';
import { stripeRows, type StripeSink } from './photograph-builder.ts';
import { viewOf } from './picture-header.ts';
import type { Rotation } from './place-rows.ts';
import { mainTiffPage, readTiffPages, type TiffPage } from './tiff-file.ts';

const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3 } as const;
/** None, LZW, Deflate by its two numbers. */
const COMPRESSIONS = [1, 5, 8, 32946];
const BIT_DEPTHS = [1, 8, 16];
/** Decoded samples and the file itself are both in memory; browsers refuse larger arrays. */
const MAX_DECODED_BYTES = 1.5 * 2 ** 30;

/** EXIF orientation 1–8 as a mirror image (left to right) that is turned clockwise afterwards. */
const ORIENTATIONS: readonly { isMirrored: boolean; turn: Rotation }[] = [
  { isMirrored: false, turn: 0 },
  { isMirrored: true, turn: 0 },
  { isMirrored: false, turn: 180 },
  { isMirrored: true, turn: 180 },
  { isMirrored: true, turn: 270 },
  { isMirrored: false, turn: 90 },
  { isMirrored: true, turn: 90 },
  { isMirrored: false, turn: 270 },
];

/**
 * Decodes the first full page of a TIFF, 1, 8 or 16 bits a channel. Sixteen bits stay sixteen.
 * `bytes` may be changed.
 * @throws {AppError} `input/unsupported-format`, `input/corrupt`, `input/too-large`, `job/aborted`.
 */
export async function decodeTiff(
  bytes: Uint8Array<ArrayBuffer>,
  sink: StripeSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  const page = mainTiffPage(readTiffPages(bytes));
  if (!page) throw damaged();
  refuseUnreadable(page);
  const { isMirrored, turn } = ORIENTATIONS[page.orientation - 1] ?? ORIENTATIONS[0]!;
  makeUpright(bytes, page);
  const { decode } = await import('tiff');
  throwIfAborted(signal);
  const samples = samplesOf(bytes, page, decode);
  sink.begin(page.width, page.height, turn);
  const rows = stripeRows(page.width);
  for (let y = 0; y < page.height; y += rows) {
    await letMessagesIn();
    throwIfAborted(signal);
    sink.add(y, samples.rgba(y, Math.min(rows, page.height - y), isMirrored));
  }
}

function damaged(cause?: unknown): AppError {
  return new AppError(
    'input/corrupt',
    'This TIFF file is damaged or cut off: its pixels cannot be read.',
    { cause },
  );
}

/** Refuses what the decoder would refuse, or worse, misread without a word. */
function refuseUnreadable(page: TiffPage): void {
  const problem = problemOf(page);
  if (problem) {
    throw new AppError(
      'input/unsupported-format',
      `This TIFF ${problem}, which Autochrome does not read. Save it again as an ordinary TIFF ` +
        '(8 or 16 bits, gray or RGB, LZW or no compression) or as PNG.',
      { detail: { ...page } },
    );
  }
  const decodedBytes = (page.width * page.height * page.samplesPerPixel * page.bitsPerSample) / 8;
  if (decodedBytes > MAX_DECODED_BYTES) {
    throw new AppError(
      'input/too-large',
      'This TIFF holds more than 1.5 GB of pixels. Save it with 8 bits a channel, or smaller.',
      { detail: { decodedBytes } },
    );
  }
  const stripsNeeded = Math.ceil(page.height / Math.max(1, page.rowsPerStrip));
  if (!page.isTiled && page.strips < stripsNeeded) throw damaged();
}

function problemOf(page: TiffPage): string | null {
  const photometrics: number[] = Object.values(PHOTOMETRIC);
  if (!photometrics.includes(page.photometric)) return 'is neither gray nor RGB';
  if (!COMPRESSIONS.includes(page.compression)) return 'is compressed in an unusual way';
  if (!BIT_DEPTHS.includes(page.bitsPerSample)) return `has ${page.bitsPerSample} bits a channel`;
  if (page.sampleFormat !== 1) return 'keeps its pixels as signed or fractional numbers';
  if (page.planarConfiguration !== 1 && page.samplesPerPixel > 1) {
    return 'keeps its channels one after the other';
  }
  if (page.predictor > 2) return 'is compressed in an unusual way';
  if (page.predictor === 2 && page.bitsPerSample === 1) return 'is compressed in an unusual way';
  if (page.isTiled && (page.samplesPerPixel > 1 || page.predictor !== 1))
    return 'is cut into tiles';
  const needed = page.photometric === PHOTOMETRIC.rgb ? 3 : 1;
  if (page.samplesPerPixel < needed) return 'has too few channels';
  if (page.photometric === PHOTOMETRIC.palette && page.bitsPerSample !== 8) {
    return `has a palette of ${page.bitsPerSample} bits`;
  }
  return null;
}

/** The decoder knows only upright pages; the turn is ours to make. */
function makeUpright(bytes: Uint8Array, page: TiffPage): void {
  if (page.orientationOffset === null) return;
  viewOf(bytes).setUint16(page.orientationOffset, 1, bytes[0] === 0x49);
}

function samplesOf(
  bytes: Uint8Array<ArrayBuffer>,
  page: TiffPage,
  decode: typeof Tiff.decode,
): TiffSamples {
  try {
    const [image] = decode(bytes, { pages: [page.index] });
    if (!image) throw damaged();
    return new TiffSamples(image, page);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw damaged(cause);
  }
}

/** Decoded samples of one page, handed out as RGBA rows. */
class TiffSamples {
  readonly #data: Uint8Array | Uint16Array;
  readonly #page: TiffPage;
  readonly #hasAlpha: boolean;
  /** Rows of the colour map: 16-bit red, green, blue. */
  readonly #palette: [number, number, number][] | null;

  constructor(image: Tiff.TiffIfd, page: TiffPage) {
    const { data } = image;
    const isInteger = data instanceof Uint8Array || data instanceof Uint16Array;
    if (!isInteger || data.length < page.width * page.height * page.samplesPerPixel) {
      throw damaged();
    }
    this.#data = data;
    this.#page = page;
    const colours = page.photometric === PHOTOMETRIC.rgb ? 3 : 1;
    this.#hasAlpha = image.alpha && page.samplesPerPixel > colours;
    this.#palette = page.photometric === PHOTOMETRIC.palette ? (image.palette ?? null) : null;
    if (page.photometric === PHOTOMETRIC.palette && !this.#palette) throw damaged();
  }

  /** `count` rows from `y` on, each mirrored where asked; 16 bits where the file has them. */
  rgba(y: number, count: number, isMirrored: boolean): Uint8ClampedArray | Uint16Array {
    const { width, bitsPerSample, photometric } = this.#page;
    const is16 = bitsPerSample === 16 || this.#palette !== null;
    const rgba = is16
      ? new Uint16Array(width * count * 4)
      : new Uint8ClampedArray(width * count * 4);
    const opaque = is16 ? 65535 : 255;
    const step = this.#page.samplesPerPixel;
    // A 1-bit page comes as 0 and 1.
    const scale = bitsPerSample === 1 ? 255 : 1;
    const isRgb = photometric === PHOTOMETRIC.rgb;
    let from = y * width * step;
    for (let row = 0; row < count; row++) {
      for (let x = 0; x < width; x++, from += step) {
        const to = 4 * (row * width + (isMirrored ? width - 1 - x : x));
        const first = this.#data[from]! * scale;
        const colour = this.#palette?.[first];
        rgba[to] = colour ? colour[0] : first;
        rgba[to + 1] = colour ? colour[1] : isRgb ? this.#data[from + 1]! : first;
        rgba[to + 2] = colour ? colour[2] : isRgb ? this.#data[from + 2]! : first;
        rgba[to + 3] = this.#hasAlpha ? this.#alphaAt(from, isRgb ? 3 : 1, opaque) : opaque;
      }
    }
    return rgba;
  }

  /** The decoder inverts alpha too where white is zero. */
  #alphaAt(from: number, colours: number, opaque: number): number {
    const alpha = this.#data[from + colours]!;
    return this.#page.photometric === PHOTOMETRIC.whiteIsZero ? opaque - alpha : alpha;
  }
}
