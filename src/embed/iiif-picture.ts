import { parseImageInfo } from '../iiif/parse-image-info.ts';
import { isManifest, parseManifest } from '../iiif/parse-manifest.ts';
import { picturesOf } from '../iiif/picture-parts.ts';
import { AppError } from '../shared/errors.ts';
import { composePicture } from './compose-picture.ts';
import { fetchPicture } from './fetch-picture.ts';

/** Manifests of whole newspapers have some megabytes; what is longer would hold up the page that reads it. */
const MOST_BYTES = 16e6;

/** The network sees at most 512 × 512 pixels; a page shows more. */
const LEAST_LONGEST = 1024;

/**
 * The picture that a IIIF document stands for, as one address, which may be a `blob:` that the caller revokes.
 * @param document an info.json of the Image API 2 or 3, or a manifest of the Presentation API 2 or 3.
 * @param canvas whose picture is meant in a manifest, from 0.
 * @param longest side that is wanted, in pixels.
 * @throws {AppError} `iiif/*`, `input/*`, `net/*`, `job/aborted`.
 */
export async function iiifPicture(
  document: URL,
  canvas: number,
  longest: number,
  signal: AbortSignal,
): Promise<URL> {
  let [read, address] = [await fetchJson(document, signal), document];
  if (isManifest(read) || !hasImageApi(read)) {
    const picture = parseManifest(read, canvas, document);
    ({ address } = picture);
    if (picture.kind === 'file') return address;
    read = await fetchJson(address, signal);
  }
  const service = parseImageInfo(read, address);
  const { width, height } = service;
  const share = Math.min(1, Math.max(longest, LEAST_LONGEST) / Math.max(width, height));
  const picture = picturesOf(service, { width: width * share, height: height * share })[0]!;
  const [first, ...more] = picture.parts;
  if (first && more.length === 0) return new URL(first.address);
  return new URL(URL.createObjectURL(await composePicture(picture, signal)));
}

/** Every info.json since version 2 has it. */
function hasImageApi(read: unknown): boolean {
  return typeof read === 'object' && read !== null && 'protocol' in read;
}

async function fetchJson(address: URL, signal: AbortSignal): Promise<unknown> {
  const file = await fetchPicture(address, signal, () => {}, MOST_BYTES);
  try {
    return JSON.parse(await file.text());
  } catch (cause) {
    throw new AppError('iiif/invalid', 'What lies at this address is no IIIF document.', { cause });
  }
}
