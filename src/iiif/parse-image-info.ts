import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import type { ImageService, Size, TileSet } from './image-service.ts';
import { webAddress } from './web-address.ts';

/** A million pixels a side is beyond every scanner. */
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 20));
const limit = v.pipe(v.number(), v.integer(), v.minValue(1));
const text = v.pipe(v.string(), v.maxLength(4096));
const size = v.object({ width: side, height: side });
const tileSet = v.object({
  width: side,
  height: v.optional(side),
  scaleFactors: v.pipe(v.array(side), v.minLength(1), v.maxLength(32)),
});
const limits = {
  maxWidth: v.optional(limit),
  maxHeight: v.optional(limit),
  maxArea: v.optional(limit),
};
/** Of version 2: its level, and in an object what it gives beyond that. */
const profileOf2 = v.object({
  ...limits,
  supports: v.optional(v.pipe(v.array(text), v.maxLength(64))),
});
const profile = v.union([text, profileOf2]);

/**
 * info.json: Image API 3.0 section 5, 2.1 section 5. What is not needed here is not looked at.
 * https://iiif.io/api/image/3.0/#5-image-information, https://iiif.io/api/image/2.1/#image-information
 */
const infoSchema = v.object({
  '@context': v.union([text, v.pipe(v.array(v.unknown()), v.maxLength(32))]),
  id: v.optional(text),
  '@id': v.optional(text),
  protocol: v.literal('http://iiif.io/api/image'),
  // Lists first: they pass for objects.
  profile: v.union([v.pipe(v.array(profile), v.minLength(1), v.maxLength(16)), profile]),
  width: side,
  height: side,
  sizes: v.optional(v.pipe(v.array(size), v.maxLength(256)), []),
  tiles: v.optional(v.pipe(v.array(tileSet), v.maxLength(32)), []),
  extraFeatures: v.optional(v.pipe(v.array(text), v.maxLength(64)), []),
  ...limits,
});

/** Contexts by version: Image API 3.0 section 5.2, 2.1 section 5.1. */
const CONTEXTS: readonly (readonly [context: string, version: 2 | 3])[] = [
  ['http://iiif.io/api/image/3/context.json', 3],
  ['http://iiif.io/api/image/2/context.json', 2],
];

/** Sizes may miss the picture's shape by rounding, and by this share. */
const SHAPE_SLACK = 0.01;

/**
 * Reads an info.json. It may come from anywhere: every number is bounded, every address looked at.
 * @param address where it was read from.
 * @throws {AppError} `iiif/invalid`.
 */
export function parseImageInfo(document: unknown, address: URL): ImageService {
  const parsed = v.safeParse(infoSchema, document);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = v.getDotPath(issue);
    throw invalid(`its ${where ?? 'content'} is not as the specification has it`, issue.message);
  }
  const info = parsed.output;
  const contexts = [info['@context']].flat();
  const version = CONTEXTS.find(([context]) => contexts.includes(context))?.[1];
  if (!version) throw invalid('it is of another version than 2 and 3');
  const named = version === 3 ? (info.id ?? info['@id']) : (info['@id'] ?? info.id);
  if (named === undefined) throw invalid('it has no id');
  const id = webAddress(named, address);
  if (id.search || id.hash) throw invalid('its id has a question mark or a hash in it');
  const extra = [info.profile].flat().find((entry) => typeof entry === 'object');
  const most = version === 3 ? info : { ...info, ...extra };
  return {
    id: id.href.replace(/\/+$/, ''),
    version,
    width: info.width,
    height: info.height,
    givesAnySize: givesAnySize(info),
    sizes: info.sizes.filter((size) => isShapeOf(size, info)).sort((a, b) => a.width - b.width),
    tiles: info.tiles.map(squared),
    mostWidth: most.maxWidth ?? Infinity,
    // "If maxWidth is specified and maxHeight is not, then maxHeight is maxWidth": 3.0 section 5.2.
    mostHeight: most.maxHeight ?? most.maxWidth ?? Infinity,
    mostArea: most.maxArea ?? Infinity,
  };
}

/**
 * Level 1 and above take any width (2.1: `w,`; 3.0: `w,h` too); level 0 where it says so.
 * https://iiif.io/api/image/3.0/compliance/#32-size, https://iiif.io/api/image/2.1/compliance/#size
 */
function givesAnySize({ profile, extraFeatures, '@context': context }: Info): boolean {
  const entries = [profile].flat();
  const level = entries.find((entry) => typeof entry === 'string') ?? '';
  if (/level[12]\b/.test(level)) return true;
  const supports = entries.flatMap((entry) =>
    typeof entry === 'object' ? (entry.supports ?? []) : [],
  );
  const is3 = [context].flat().includes(CONTEXTS[0]![0]);
  return is3 ? extraFeatures.includes('sizeByWh') : supports.includes('sizeByW');
}

type Info = v.InferOutput<typeof infoSchema>;

function isShapeOf({ width, height }: Size, whole: Size): boolean {
  if (width > whole.width || height > whole.height) return false;
  const expected = (width * whole.height) / whole.width;
  return Math.abs(height - expected) <= 1 + SHAPE_SLACK * expected;
}

/** "If height is not specified, it is the same as width": 3.0 section 5.4. */
function squared({ width, height, scaleFactors }: v.InferOutput<typeof tileSet>): TileSet {
  return { width, height: height ?? width, scaleFactors: [...new Set(scaleFactors)] };
}

function invalid(why: string, cause?: string): AppError {
  return new AppError('iiif/invalid', `This is no IIIF picture that can be read here: ${why}.`, {
    detail: cause === undefined ? {} : { cause },
  });
}
