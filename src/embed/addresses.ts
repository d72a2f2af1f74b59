// Read at run time, so that the bundler does not look for a file: the app lies above its scripts.
const here = import.meta.url;

/** An address of a page's attribute, read against the page's own; null where it is none or its scheme is another. */
export function addressOf(
  written: string | null,
  schemes: readonly string[] = ['http:', 'https:'],
): URL | null {
  if (written === null || written.trim() === '') return null;
  if (!URL.canParse(written, document.baseURI)) return null;
  const address = new URL(written, document.baseURI);
  return schemes.includes(address.protocol) ? address : null;
}

/** A folder's address: its last part counts, with or without a slash behind it. */
export function folderOf(written: string | null): URL | null {
  const address = addressOf(written);
  if (address && !address.pathname.endsWith('/')) address.pathname += '/';
  return address;
}

/** Where photographs may come from: the page's own data too. */
export const PICTURE_SCHEMES = ['http:', 'https:', 'blob:', 'data:'];

/**
 * The app's own page for one photograph, which colours it under the app's name and rules; null where the
 * address means nothing outside this page.
 * @param app folder of the app; null is the one that this program came with.
 */
export function appLink(app: URL | null, picture: URL, alt: string): URL | null {
  if (!['http:', 'https:'].includes(picture.protocol)) return null;
  const link = new URL('embed.html', app ?? new URL('../', here));
  link.search = new URLSearchParams({ src: picture.href, alt, reveal: 'auto' }).toString();
  return link;
}
