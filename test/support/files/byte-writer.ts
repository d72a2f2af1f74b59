/** Whole bytes of several parts, in order. */
export function joinBytes(...parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** ASCII text as bytes. */
export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** An unsigned integer in `bytes` bytes, most significant first. */
export function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 255);
}

/** An unsigned integer in `bytes` bytes, least significant first. */
export function littleEndian(value: number, bytes: number): number[] {
  return bigEndian(value, bytes).toReversed();
}

/** A zlib stream of the bytes. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
