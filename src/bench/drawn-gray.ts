/** Gray of slopes, edges and grain, 0–1: no part of a network sees only zeros. `[size, size]`. */
export function drawnGray(size: number): Float32Array<ArrayBuffer> {
  const gray = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const disc = Math.hypot(x / size - 0.6, y / size - 0.4) < 0.2 ? 0.3 : 0;
      const grain = ((x * 7919 + y * 104729) % 17) / 170;
      gray[y * size + x] = Math.min(1, (x + y) / (3 * size) + disc + grain);
    }
  }
  return gray;
}
