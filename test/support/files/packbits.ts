/** PackBits: runs of three and more, all else as it is, with a byte that does nothing in between. */
export function packBits(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed: number[] = [128];
  let from = 0;
  while (from < bytes.length) {
    let end = from + 1;
    while (end < bytes.length && end - from < 128 && bytes[end] === bytes[from]) end++;
    if (end - from >= 3) packed.push(257 - (end - from), bytes[from]!);
    else packed.push(end - from - 1, ...bytes.subarray(from, end));
    from = end;
  }
  return Uint8Array.from(packed);
}
