import { ascii, joinBytes } from './byte-writer.ts';

/** A drawing that would run a script where it is opened as a page. */
export const SVG_WITH_SCRIPT = joinBytes(
  ascii(
    '<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" width="8" ' +
      'height="8"><script>globalThis.svgScriptRan = true</script><rect width="8" height="8"/></svg>',
  ),
);

/** Plain text, whatever its name says. */
export const TEXT = joinBytes(ascii('Dear Anna,\nthe photograph is in the other letter.\n'));

/** First bytes of files that are known by sight and refused. */
export const REFUSED_HEADS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  heic: joinBytes([0, 0, 0, 24], ascii('ftypheic'), [0, 0, 0, 0], ascii('mif1heic')),
  pdf: joinBytes(ascii('%PDF-1.7\n')),
  photoshop: joinBytes(ascii('8BPS'), [0, 1]),
  raw: joinBytes(ascii('II*\0'), [16, 0, 0, 0], ascii('CR'), [2, 0, 0, 0, 0, 0]),
  jpeg2000: joinBytes([0, 0, 0, 12], ascii('jP  \r\n'), [0x87, 0x0a]),
  'jpeg-xl': joinBytes([0xff, 0x0a, 0, 0]),
  bigtiff: joinBytes(ascii('II+\0'), [8, 0, 0, 0]),
  icon: joinBytes([0, 0, 1, 0, 1, 0]),
  video: joinBytes([0, 0, 0, 20], ascii('ftypisom'), [0, 0, 0, 0], ascii('isom')),
  svg: SVG_WITH_SCRIPT,
  unknown: TEXT,
};
