import { AppError } from '../shared/errors.ts';

/** Longer ones are no addresses that any server takes. */
const MOST_LETTERS = 4096;

/**
 * An address out of a document from outside: http or https, without a name or password in it.
 * @param base the document's own address. What names the same host with http, where the document came by
 *   https, is taken for https: servers behind a proxy seldom know better.
 * @throws {AppError} `iiif/invalid`.
 */
export function webAddress(text: string, base: URL): URL {
  const address =
    text.length <= MOST_LETTERS && URL.canParse(text, base) ? new URL(text, base) : null;
  if (!address || !/^https?:$/.test(address.protocol) || address.username || address.password) {
    throw new AppError(
      'iiif/invalid',
      'This IIIF document names an address that is no web address.',
      {
        detail: { address: text.slice(0, 200) },
      },
    );
  }
  if (base.protocol === 'https:' && address.host === base.host) address.protocol = 'https:';
  return address;
}
