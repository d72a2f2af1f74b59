import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import { webAddress } from './web-address.ts';

/** Where the picture of a canvas is: a service of the Image API, or else one file. */
export type CanvasPicture = {
  kind: 'service' | 'file';
  /** Of the service's info.json, or of the file. */
  address: URL;
};

/** A book has thousands of pages, a newspaper's run tens of thousands. */
const MOST_CANVASES = 100_000;
/** Things of one canvas. */
const MOST = 64;

const text = v.pipe(v.string(), v.maxLength(4096));
const some = v.pipe(v.array(v.unknown()), v.maxLength(MOST));
const thing = v.custom<object>(
  (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
);
const oneOrSome = v.union([some, thing]);

/** Version 3: Presentation API 3.0 section 5. https://iiif.io/api/presentation/3.0/#5-resource-structure */
const manifest3 = v.object({
  type: v.literal('Manifest'),
  items: v.pipe(v.array(v.unknown()), v.maxLength(MOST_CANVASES)),
});
const withItems = v.object({ items: some });
const annotation3 = v.object({ motivation: v.optional(v.union([text, some])), body: oneOrSome });

/** Version 2: Presentation API 2.1 section 5. https://iiif.io/api/presentation/2.1/#resource-structure */
const manifest2 = v.object({
  '@type': v.literal('sc:Manifest'),
  sequences: v.pipe(
    v.array(v.object({ canvases: v.pipe(v.array(v.unknown()), v.maxLength(MOST_CANVASES)) })),
    v.minLength(1),
    v.maxLength(MOST),
  ),
});
const canvas2 = v.object({
  images: v.pipe(v.array(v.object({ resource: v.unknown() })), v.maxLength(MOST)),
});

/** A picture of either version: Image, dctypes:Image, a choice of them, or a part of one. */
const resource = v.object({
  id: v.optional(text),
  '@id': v.optional(text),
  type: v.optional(text),
  '@type': v.optional(text),
  service: v.optional(oneOrSome, []),
  items: v.optional(some, []),
  default: v.optional(v.unknown()),
  source: v.optional(v.unknown()),
  full: v.optional(v.unknown()),
});
const service = v.object({
  id: v.optional(text),
  '@id': v.optional(text),
  type: v.optional(text),
  '@type': v.optional(text),
  '@context': v.optional(v.unknown()),
  profile: v.optional(v.unknown()),
});

/** Whether a document is a manifest rather than an info.json. */
export function isManifest(document: unknown): boolean {
  return v.is(
    v.union([
      v.looseObject({ type: v.literal('Manifest') }),
      v.looseObject({ '@type': v.literal('sc:Manifest') }),
    ]),
    document,
  );
}

/**
 * Finds the picture of one canvas in a manifest, whatever else is in it.
 * @param index of the canvas, from 0.
 * @param address where the manifest was read from.
 * @throws {AppError} `iiif/invalid`; `iiif/no-image` where there is no such canvas, or no picture on it.
 */
export function parseManifest(document: unknown, index: number, address: URL): CanvasPicture {
  const canvases = canvasesOf(document);
  if (!Number.isInteger(index) || index < 0 || index >= canvases.length) {
    const count = canvases.length === 1 ? 'one canvas' : `${canvases.length} canvases`;
    throw new AppError(
      'iiif/no-image',
      `This IIIF manifest has ${count}; counted from 0, there is none numbered ${index}.`,
    );
  }
  const found = firstPicture(paintingsOf(canvases[index]), address);
  if (found) return found;
  throw new AppError(
    'iiif/no-image',
    `Canvas ${index} of this IIIF manifest has no picture on it.`,
  );
}

function canvasesOf(document: unknown): unknown[] {
  const third = v.safeParse(manifest3, document);
  if (third.success) return third.output.items;
  // "A manifest must have one sequence here", any others elsewhere: 2.1 section 5.2.
  const second = v.safeParse(manifest2, document);
  if (second.success) return second.output.sequences[0]!.canvases;
  const isList = v.is(v.union([typed('Collection'), typed('sc:Collection')]), document);
  throw new AppError(
    'iiif/invalid',
    isList
      ? 'This is a IIIF collection. Give the address of one of its manifests.'
      : 'This is no IIIF manifest that can be read here.',
  );
}

function typed(type: string) {
  return v.union([
    v.looseObject({ type: v.literal(type) }),
    v.looseObject({ '@type': v.literal(type) }),
  ]);
}

/** What is painted on a canvas: bodies of annotations (3), resources of images (2). */
function paintingsOf(canvas: unknown): unknown[] {
  const second = v.safeParse(canvas2, canvas);
  if (second.success) return second.output.images.map((image) => image.resource);
  const third = v.safeParse(withItems, canvas);
  if (!third.success) return [];
  return third.output.items
    .flatMap((page) => (v.is(withItems, page) ? page.items : []))
    .slice(0, MOST)
    .flatMap((item) => {
      const read = v.safeParse(annotation3, item);
      return read.success && isPainting(read.output.motivation) ? [read.output.body].flat() : [];
    });
}

function isPainting(motivation: unknown): boolean {
  return motivation === undefined || [motivation].flat().includes('painting');
}

/**
 * The first picture among resources and what they hold: a choice has some (3.0: `items`; 2.1: `default`), a part
 * of a picture its whole (`source`, `full`). Not more than some are looked at, however they are nested.
 */
function firstPicture(resources: unknown[], address: URL): CanvasPicture | null {
  const waiting = [...resources];
  for (let looked = 0; looked < MOST && waiting.length > 0; looked++) {
    const read = v.safeParse(resource, waiting.shift());
    if (!read.success) continue;
    const found = ownPicture(read.output, address);
    if (found) return found;
    const { items, default: preferred, source, full } = read.output;
    const held = [preferred, ...items, full, source].filter((inner) => inner !== undefined);
    waiting.unshift(...held);
  }
  return null;
}

function ownPicture(read: v.InferOutput<typeof resource>, address: URL): CanvasPicture | null {
  for (const one of [read.service].flat()) {
    const id = imageServiceId(one);
    if (id === null) continue;
    const base = webAddress(id, address);
    base.pathname = `${base.pathname.replace(/\/+$/, '')}/info.json`;
    return { kind: 'service', address: base };
  }
  const id = read.id ?? read['@id'];
  const isImage = /image/i.test(read.type ?? read['@type'] ?? '');
  return id !== undefined && isImage ? { kind: 'file', address: webAddress(id, address) } : null;
}

/** Types, contexts and profiles by which services of the Image API are known. */
const IMAGE_API = /^ImageService[23]$|^level[012]$|^https?:\/\/iiif\.io\/api\/image\/[23]\b/;

/** The id of a service that is an Image API of a version known here, or null. */
function imageServiceId(given: unknown): string | null {
  const read = v.safeParse(service, given);
  if (!read.success) return null;
  const { id, '@id': oldId, type, '@type': oldType, '@context': context, profile } = read.output;
  const isImageApi = [type, oldType, context, profile]
    .flat()
    .some((told) => typeof told === 'string' && IMAGE_API.test(told));
  return isImageApi ? (id ?? oldId ?? null) : null;
}
