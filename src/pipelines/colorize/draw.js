import { drawPicture, } from '../../image/encode/encode-picture.ts';
import { mapToGrid } from '../../image/guided/mapping.ts';
import { shrinkLightness } from '../../image/resize.ts';
import { throwIfAborted } from '../../shared/errors.ts';
/** Pixels coloured at a time: 4 MB of RGBA, so that memory stays bounded at any size. */
const STRIPE_PIXELS = 2 ** 20;
/**
 * Draws a view of a photograph: its lightness at that size, coloured from the same small field
 * whatever the zoom.
 */
export async function drawView(photograph, colouring, { region, width, height }, look) {
    const lightness = shrinkLightness(photograph.lightness, region, width, height);
    const plane = { width, height, data: lightness };
    const image = await drawRegion(plane, photograph.lightness, region, colouring, look);
    if (photograph.alpha)
        maskView(image, photograph.alpha, photograph.lightness.width, region);
    return image;
}
/**
 * Draws a tile of a picture of which only a small version is held, as in deep zoom: the tile's own lightness,
 * coloured from the field of the whole, so that tiles agree at their borders and from level to level.
 * @param region where the tile lies, as shares of the whole's width and height: 0–1.
 */
export async function drawTile({ lightness, alpha }, region, colouring, look) {
    const image = await drawRegion(lightness, { width: 1, height: 1 }, region, colouring, look);
    if (alpha)
        maskRows(image.data, alpha);
    return image;
}
/** Colours a plane of lightness that shows a region of the whole, in the whole's units. */
async function drawRegion(plane, whole, region, colouring, look) {
    const { width, height } = plane;
    const image = new ImageData(width, height);
    const mapping = (y, rows) => {
        const part = {
            y: region.y + (y * region.height) / height,
            height: (rows * region.height) / height,
        };
        return mapToGrid(colouring, whole, { ...region, ...part }, width, rows);
    };
    for await (const { y, rgba } of stripesOf(plane, mapping, colouring, look)) {
        image.data.set(rgba, y * width * 4);
    }
    return image;
}
/**
 * Draws the coloured picture at the photograph's own size for a file, stripe by stripe.
 * @throws {AppError} `output/failed`, `job/aborted`, `gpu/*`.
 */
export function drawWhole(photograph, colouring, look, output) {
    const { lightness, alpha } = photograph;
    const { width, height } = lightness;
    async function* stripes() {
        const mapping = (y, rows) => mapToGrid(colouring, lightness, { x: 0, y, width, height: rows }, width, rows);
        for await (const stripe of stripesOf(lightness, mapping, colouring, look, output.onStripe)) {
            throwIfAborted(output.signal);
            if (alpha)
                maskRows(stripe.rgba, alpha.subarray(stripe.y * width));
            yield stripe;
        }
    }
    const source = { width, height, isOpaque: alpha === null, stripes: stripes() };
    return drawPicture(source, output.format);
}
async function* stripesOf(plane, mappingOf, colouring, look, onStripe) {
    const { width, height, data } = plane;
    const rowsEach = Math.max(1, Math.floor(STRIPE_PIXELS / width));
    const stripes = Math.ceil(height / rowsEach);
    for (let y = 0, stripe = 1; y < height; y += rowsEach, stripe++) {
        const rows = Math.min(rowsEach, height - y);
        onStripe?.(stripe, stripes);
        const lightness = data.subarray(y * width, (y + rows) * width);
        const rgba = await colouring.paint({ width, height: rows, lightness }, mappingOf(y, rows), look);
        yield { y, height: rows, rgba };
    }
}
function maskRows(rgba, alpha) {
    for (let pixel = 0; 4 * pixel < rgba.length; pixel++)
        rgba[4 * pixel + 3] = alpha[pixel];
}
function maskView(image, alpha, alphaWidth, region) {
    const { width, height, data } = image;
    for (let y = 0; y < height; y++) {
        const row = Math.floor(region.y + ((y + 0.5) * region.height) / height) * alphaWidth;
        for (let x = 0; x < width; x++) {
            const column = Math.floor(region.x + ((x + 0.5) * region.width) / width);
            data[4 * (y * width + x) + 3] = alpha[row + column];
        }
    }
}
