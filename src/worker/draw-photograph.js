import { PLAIN_LOOK } from '../image/colour/look.ts';
import { discardPicture, encodePicture, } from '../image/encode/encode-picture.ts';
import { markAsMachineColoured } from '../image/metadata/mark.ts';
import { readMetadata } from '../image/metadata/read-metadata.ts';
import { colouringOf } from '../pipelines/colorize/colouring.ts';
import { drawView, drawWhole } from '../pipelines/colorize/draw.ts';
import { cpuPainter } from '../runtime/painter.ts';
import { version } from '../../package.json';
import { drawFound } from './steady-colouring.ts';
/** Draws a view of an open photograph. @throws {AppError} where it is not open or has no colours yet. */
export async function viewPhotograph(workshop, id, request) {
    const { held, photograph } = await workshop.gallery.get(id);
    const look = request.of === 'original' ? PLAIN_LOOK : request.look;
    const draw = async (colouring) => createImageBitmap(await drawView(photograph, colouring, request, look));
    if (request.of === 'original')
        return drawOriginal(held, photograph, draw);
    return drawFound(workshop, held, photograph.lightness, draw);
}
/** Draws the coloured picture at its own size. @throws {AppError} `output/failed`, `job/aborted`. */
export async function drawFile(workshop, id, request, { isFree, onStripe, signal }) {
    const { held, photograph } = await workshop.gallery.get(id);
    await isFree();
    const startedAt = performance.now();
    const { format, quality, look } = request;
    // As they are now: a run may find others before it is encoded.
    const { modelName = '', made = '' } = held.found ?? {};
    let upsample = 0;
    const picture = await drawFound(workshop, held, photograph.lightness, (colouring) => {
        const measured = timed(colouring, (ms) => (upsample += ms));
        return drawWhole(photograph, measured, look, { format, signal, onStripe });
    });
    const encode = performance.now() - startedAt - upsample;
    const ms = { decode: 0, load: 0, infer: 0, upsample, encode };
    return { picture, quality, source: held.file, modelName, made, ms };
}
/** Frees a drawn picture that is not wanted any more. */
export function discardFile({ picture }) {
    discardPicture(picture);
}
/** Encodes a drawn picture as a file that says how it was made. @throws {AppError} `output/failed`. */
export async function encodeFile(drawn) {
    const startedAt = performance.now();
    const { picture, quality, modelName, made, ms } = drawn;
    const { width, height } = picture.canvas;
    const encoded = await encodePicture(picture, quality);
    const source = await readMetadata(drawn.source);
    const blob = await markAsMachineColoured(encoded, picture.format, { model: modelName, version, made }, source);
    const encode = ms.encode + performance.now() - startedAt;
    return { blob, width, height, ms: { ...ms, encode } };
}
/** Draws the file's own colours (a gray one has none), on the processor: they are looked at, not dragged. */
async function drawOriginal(held, photograph, draw) {
    const none = { width: 1, height: 1, ab: new Float32Array(2), guide: new Float32Array(1) };
    const own = photograph.ownChroma ?? none;
    held.ownColouring ??= colouringOf(cpuPainter, await cpuPainter.fit(own, photograph.lightness));
    return held.ownColouring.use(draw);
}
/** The same colouring, telling the milliseconds of each stripe. */
function timed(colouring, onMs) {
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
