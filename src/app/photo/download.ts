import type { SaveFormat } from '../../worker/protocol.ts';

/** How long the browser may take to begin reading a download before its address is withdrawn. */
const DOWNLOAD_GRACE_MS = 60_000;

const EXTENSIONS: Record<SaveFormat, string> = { png: 'png', jpeg: 'jpg' };

/** The file name of a saved picture: `market.tif` becomes `market-autochrome.png`. */
export function savedName(original: string, format: SaveFormat): string {
  const stem = original.replace(/\.[a-z0-9]{2,5}$/i, '') || original;
  return `${stem}-autochrome.${EXTENSIONS[format]}`;
}

/** Hands a file to the browser's downloads. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_GRACE_MS);
}
