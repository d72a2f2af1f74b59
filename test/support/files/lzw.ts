const CLEAR = 256;
const END = 257;

/** TIFF's LZW: the longest known string each time, codes growing from 9 to 12 bits. */
export function packLzw(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let bits = CLEAR.toString(2);
  let codes = new Map<string, number>();
  let free = END + 1;
  const put = (text: string) => {
    const code = text.length === 1 ? text.charCodeAt(0) : codes.get(text)!;
    // A writer is one entry ahead of a reader.
    bits += code.toString(2).padStart(widthOf(free), '0');
  };
  let known = '';
  for (const byte of bytes) {
    const longer = known + String.fromCharCode(byte);
    if (longer.length === 1 || codes.has(longer)) {
      known = longer;
      continue;
    }
    put(known);
    codes.set(longer, free++);
    known = longer.at(-1)!;
    if (free > 4093) {
      bits += CLEAR.toString(2).padStart(widthOf(free), '0');
      codes = new Map();
      free = END + 1;
    }
  }
  put(known);
  bits += END.toString(2).padStart(widthOf(free + 1), '0');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) =>
    Number.parseInt(byte.padEnd(8, '0'), 2),
  );
}

/** Codes grow one entry early. */
function widthOf(free: number): number {
  return Math.min(12, Math.max(9, Math.floor(Math.log2(free)) + 1));
}
