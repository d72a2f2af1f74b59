import { tilePixels } from '../image/decode/tile-pixels.ts';
import { drawTile } from '../pipelines/colorize/draw.ts';
import { drawFound } from './steady-colouring.ts';
/**
 * Colours a tile from the colours of the whole, of which a small version is open. The bitmap is closed.
 * @throws {AppError} `input/too-large`, `memory/exhausted`, `bug/invariant` where no colours were found yet.
 */
export async function colourTile(workshop, id, { pixels, region, look }) {
    const tile = tilePixels(pixels);
    const { held, photograph } = await workshop.gallery.get(id);
    return drawFound(workshop, held, photograph.lightness, async (colouring) => createImageBitmap(await drawTile(tile, region, colouring, look)));
}
