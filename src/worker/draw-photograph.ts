import { PLAIN_LOOK } from '../image/colour/look.ts';
import {
  discardPicture,
  encodePicture,
  type DrawnPicture,
} from '../image/encode/encode-picture.ts';
import { markAsMachineColoured } from '../image/metadata/mark.ts';
import { readMetadata } from '../image/metadata/read-metadata.ts';
import type { MachineNote } from '../image/metadata/xmp.ts';
import type { Photograph } from '../image/photograph.ts';
import { colouringOf, type Colouring } from '../pipelines/colorize/colouring.ts';
import { drawView, drawWhole, type StripeListener } from '../pipelines/colorize/draw.ts';
import { cpuPainter } from '../runtime/painter.ts';
import { version } from '../../package.json';
import type { HeldPhotograph } from './gallery.ts';
import type { SavedPicture, SaveRequest, StageTimes, ViewRequest } from './protocol.ts';
import { drawFound } from './steady-colouring.ts';
import type { Workshop } from './workshop.ts';

/** Draws with some colours: a view, or a file. */
type Draw<T> = (colouring: Colouring) => Promise<T>;

/** Draws a view of an open photograph. @throws {AppError} where it is not open or has no colours yet. */
export async function viewPhotograph(
  workshop: Workshop,
  id: string,
  request: ViewRequest,
): Promise<ImageBitmap> {
  const { held, photograph, source } = await workshop.gallery.get(id);
  const look = request.of === 'original' ? PLAIN_LOOK : request.look;
  const shown = request.of === 'original' ? source : photograph;
  const draw: Draw<ImageBitmap> = async (colouring) =>
    createImageBitmap(await drawView(shown, colouring, request, look));
  if (request.of === 'original') return drawOriginal(held, source, draw);
  return drawFound(workshop, held, photograph.lightness, draw);
}

/** A picture that is drawn for a file, with all that its encoding needs. */
export type DrawnFile = {
  picture: DrawnPicture;
  quality: number;
  /** The photograph's own file, whose metadata it keeps. */
  source: Blob;
  /** What a machine did to it. */
  note: MachineNote;
  /** What drawing it has taken. */
  ms: StageTimes;
};

type DrawOptions = {
  /** Settles when there is room for the picture: the one before is encoded. The photograph is decoded meanwhile. */
  isFree: () => Promise<unknown>;
  onStripe: StripeListener;
  signal: AbortSignal;
};

/** Draws the coloured picture at its own size. @throws {AppError} `output/failed`, `job/aborted`. */
export async function drawFile(
  workshop: Workshop,
  id: string,
  request: SaveRequest,
  { isFree, onStripe, signal }: DrawOptions,
): Promise<DrawnFile> {
  const { held, photograph } = await workshop.gallery.get(id);
  await isFree();
  const startedAt = performance.now();
  const { format, quality, look } = request;
  // As it is now: a run may find other colours before it is encoded.
  const note = noteOf(held);
  let upsample = 0;
  const picture = await drawFound(workshop, held, photograph.lightness, (colouring) => {
    const measured = timed(colouring, (ms) => (upsample += ms));
    return drawWhole(photograph, measured, look, { format, signal, onStripe });
  });
  const encode = performance.now() - startedAt - upsample;
  const ms = { decode: 0, load: 0, infer: 0, upsample, encode };
  return { picture, quality, source: held.file, note, ms };
}

/** Frees a drawn picture that is not wanted any more. */
export function discardFile({ picture }: DrawnFile): void {
  discardPicture(picture);
}

/** Encodes a drawn picture as a file that says how it was made. @throws {AppError} `output/failed`. */
export async function encodeFile(drawn: DrawnFile): Promise<SavedPicture> {
  const startedAt = performance.now();
  const { picture, quality, note, ms } = drawn;
  const { width, height } = picture.canvas;
  const encoded = await encodePicture(picture, quality);
  const source = await readMetadata(drawn.source);
  const blob = await markAsMachineColoured(encoded, picture.format, note, source);
  const encode = ms.encode + performance.now() - startedAt;
  return { blob, width, height, ms: { ...ms, encode } };
}

function noteOf({ found, repair }: HeldPhotograph): MachineNote {
  const note = { model: found?.modelName ?? '', version, made: found?.made ?? '' };
  if (!repair) return note;
  const { modelName: model, made, share } = repair;
  return { ...note, repair: { model, made, share } };
}

/** Draws the file's own colours (a gray one has none), on the processor: they are looked at, not dragged. */
async function drawOriginal<T>(
  held: HeldPhotograph,
  photograph: Photograph,
  draw: Draw<T>,
): Promise<T> {
  const none = { width: 1, height: 1, ab: new Float32Array(2), guide: new Float32Array(1) };
  const own = photograph.ownChroma ?? none;
  held.ownColouring ??= colouringOf(cpuPainter, await cpuPainter.fit(own, photograph.lightness));
  return held.ownColouring.use(draw);
}

/** The same colouring, telling the milliseconds of each stripe. */
function timed(colouring: Colouring, onMs: (ms: number) => void): Colouring {
  return {
    ...colouring,
    async paint(rows, mapping, look) {
      const startedAt = performance.now();
      const rgba = await colouring.paint(rows, mapping, look);
      onMs(performance.now() - startedAt);
      return rgba;
    },
  };
}
