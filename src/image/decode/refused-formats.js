/** What a visitor can do with a file that Autochrome does not open. */
const REFUSALS = {
    bigtiff: 'This is a BigTIFF file. Save it again as an ordinary TIFF or as PNG.',
    heic: 'This is a HEIC picture, which browsers do not open. Save or export it as JPEG first.',
    icon: 'This is an icon, not a photograph. Open a JPEG, PNG or TIFF instead.',
    jpeg2000: 'This is a JPEG 2000 picture. Save it again as JPEG, PNG or TIFF.',
    'jpeg-xl': 'This is a JPEG XL picture. Save it again as JPEG, PNG or TIFF.',
    pdf: 'This is a PDF document. Export the page or the picture in it as JPEG, PNG or TIFF.',
    photoshop: 'This is a Photoshop document. Save a copy of it as TIFF, PNG or JPEG.',
    raw: 'This is a camera raw file. Develop it in a raw converter and save it as JPEG or TIFF.',
    svg: 'This is an SVG drawing, not a photograph. Export it as PNG first.',
    video: 'This is a film or a sequence. Save one frame of it as JPEG or PNG.',
    unknown: 'This file is not a picture that Autochrome knows. It opens JPEG, PNG, GIF, WebP, AVIF, BMP and TIFF.',
};
/** One sentence for people on why a format is not opened, or null where it is. */
export function refusalOf(format) {
    return format in REFUSALS ? REFUSALS[format] : null;
}
