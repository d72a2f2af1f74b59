import * as v from 'valibot';
import type { CompleteDetail, ErrorDetail, ProgressDetail } from './events.ts';

/** Of the messages below; a page that speaks another is not answered. */
export const VERSION = 1;

const share = (most: number) => v.pipe(v.number(), v.minValue(0), v.maxValue(most));
const version = v.literal(VERSION);

/** What the page around may ask for. Nothing in it names an address, or what is run. */
const requestSchema = v.variant('type', [
  v.strictObject({ autochrome: version, type: v.literal('colour') }),
  v.strictObject({ autochrome: version, type: v.literal('cancel') }),
  v.strictObject({
    autochrome: version,
    type: v.literal('set'),
    strength: v.optional(share(1.5)),
    position: v.optional(share(100)),
  }),
]);

/** A message of the page around. */
export type FrameRequest = v.InferOutput<typeof requestSchema>;

/** What the frame tells: never a picture, and nothing of one but its size. */
export type FrameMessage =
  | { type: 'ready' }
  | { type: 'size'; height: number }
  | ({ type: 'progress' } & ProgressDetail)
  | ({ type: 'complete' } & CompleteDetail)
  | ({ type: 'error' } & ErrorDetail);

/** A message as a request, or null. */
export function readRequest(data: unknown): FrameRequest | null {
  const parsed = v.safeParse(requestSchema, data);
  return parsed.success ? parsed.output : null;
}

/**
 * The origins that the frame speaks with: those that its address names, as far as the site that serves it allows
 * them. Without any it is silent.
 * @param named values of the address's `host` parameters.
 * @param allowed origins apart by spaces, or `*`, as the site's copy of embed.html says.
 */
export function speakingOrigins(named: readonly string[], allowed: string): ReadonlySet<string> {
  const list = allowed.split(/\s+/);
  const isAllowed = (origin: string) => list.includes('*') || list.includes(origin);
  return new Set(named.filter((origin) => isOrigin(origin) && isAllowed(origin)));
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
