/** Numbers from 0 up to 1 that follow from a seed alone (mulberry32). */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, among: readonly T[]): T {
  return among[Math.floor(random() * among.length)]!;
}

const DEEP: unknown = JSON.parse('['.repeat(500) + ']'.repeat(500));
/** What nobody expects in a card: other types, extremes, and text that means something elsewhere. */
const JUNK: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, Infinity, Number.NaN],
  ...[
    '',
    '..',
    '../../etc/passwd',
    '/etc/passwd',
    'https://example.org/x',
    'a\u0000b',
    '\u202eoops',
  ],
  ...[
    'x'.repeat(10_000),
    '0'.repeat(64),
    '__proto__',
    'constructor',
    '<img src=x onerror=alert(1)>',
  ],
  ...[[], {}, [null], [[]], DEEP, Array.from({ length: 5000 }, () => 0)],
];

/** A property as JSON.parse makes it, whatever it is called. */
const PLAIN = { enumerable: true, configurable: true, writable: true };

type Holder = Record<string, unknown> | unknown[];

/** A copy of a document with one to three changes somewhere in it. */
export function mutatedDocument(document: unknown, random: Random): unknown {
  const root = { document: structuredClone(document) };
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) mutateOnce(root, random);
  return root.document;
}

function mutateOnce(root: Holder, random: Random): void {
  let holder: Holder = root;
  let key = 'document';
  for (;;) {
    const value = (holder as Record<string, unknown>)[key];
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (keys.length === 0 || random() < 0.2) break;
    holder = value as Holder;
    key = pick(random, keys);
  }
  const entries = holder as Record<string, unknown>;
  const value = entries[key];
  const change = random();
  if (change < 0.15) delete entries[key];
  else if (change < 0.35 && typeof value === 'number')
    entries[key] = value + pick(random, [-1, 1, 64, 0.5]);
  else if (change < 0.5 && typeof value === 'number')
    entries[key] = value * pick(random, [-1, 2, 1024, 1e9]);
  else if (change < 0.5 && typeof value === 'string')
    entries[key] = value.slice(1) + pick(random, ['', '/', 'é', 'f']);
  else if (change < 0.6 && Array.isArray(value)) entries[key] = [...value, ...value];
  else if (change < 0.65) Object.defineProperty(entries, '__proto__', { ...PLAIN, value });
  else entries[key] = structuredClone(pick(random, JUNK));
}

const BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff];
/** The largest number that ten bytes of a varint can say. */
const LONGEST_VARINT = [...Array<number>(9).fill(0xff), 0x01];

/** A copy of a file with one to four changes, at places that are given where one is to be preferred. */
export function mutatedBytes(
  bytes: Uint8Array,
  random: Random,
  places: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  let changed = new Uint8Array(bytes);
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const isPreferred = places.length > 0 && random() < 0.8;
    const at = isPreferred ? pick(random, places) : Math.floor(random() * changed.length);
    const change = random();
    if (change < 0.4) changed[at] = changed[at]! ^ (1 << Math.floor(random() * 8));
    else if (change < 0.7) changed[at] = pick(random, BYTES);
    else if (change < 0.8)
      changed = joined(
        changed.subarray(0, at),
        changed.subarray(at + 1 + Math.floor(random() * 8)),
      );
    else if (change < 0.9)
      changed = joined(
        changed.subarray(0, at),
        new Uint8Array(LONGEST_VARINT),
        changed.subarray(at),
      );
    else if (change < 0.95)
      changed = joined(changed.subarray(0, at), changed.subarray(at - Math.floor(random() * 64)));
    else changed = new Uint8Array(changed.subarray(0, at));
  }
  return changed;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Where messages of a protobuf file say what they are and how long: all but long runs of data. */
export function placesOfStructure(bytes: Uint8Array): number[] {
  const places: number[] = [];
  walk(bytes, 0, bytes.length, 0, places);
  return places;
}

/** Fields of ONNX's ModelProto and GraphProto that hold messages: graph; node, initializer, input, output. */
const MESSAGES: readonly ReadonlySet<number>[] = [new Set([7]), new Set([1, 5, 11, 12])];
const SHORT = 300;

function walk(bytes: Uint8Array, from: number, to: number, depth: number, places: number[]): void {
  for (let at = from; at < to;) {
    const start = at;
    const tag = varint(bytes, at);
    at = tag.end;
    if ((tag.value & 7) !== 2) {
      at = (tag.value & 7) === 0 ? varint(bytes, at).end : at + ((tag.value & 7) === 1 ? 8 : 4);
      for (let place = start; place < at; place++) places.push(place);
      continue;
    }
    const length = varint(bytes, at);
    at = length.end;
    for (let place = start; place < at; place++) places.push(place);
    const end = at + length.value;
    if (MESSAGES[depth]?.has(tag.value >> 3)) walk(bytes, at, end, depth + 1, places);
    else if (length.value <= SHORT) for (let place = at; place < end; place++) places.push(place);
    at = end;
  }
}

function varint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7, at++) {
    value += (bytes[at]! & 0x7f) * 2 ** shift;
    if (bytes[at]! < 0x80) return { value, end: at + 1 };
  }
}
