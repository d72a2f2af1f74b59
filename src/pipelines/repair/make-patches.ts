import type { DamagedPixels } from './damaged-pixels.ts';
import { lightnessOf } from './gray.ts';
import type { RepairPatch } from './patches.ts';

/** Damage is cut along a grid of this side, so that specks far from each other share no patch. */
const BLOCK = 256;

/** What was found for damaged pixels, as patches of a photograph. @param clean one each, −1…1. */
export function makePatches(damage: DamagedPixels, clean: Float32Array): RepairPatch[] {
  const patches: RepairPatch[] = [];
  for (let y = 0; y < damage.height; y += BLOCK) {
    for (let x = 0; x < damage.width; x += BLOCK) {
      const patch = patchIn(damage, clean, x, y);
      if (patch) patches.push(patch);
    }
  }
  return patches;
}

/** The damage of one block, no larger than it must be; null where there is none. */
function patchIn(
  damage: DamagedPixels,
  clean: Float32Array,
  left: number,
  top: number,
): RepairPatch | null {
  const bottom = Math.min(damage.height, top + BLOCK);
  const spans: { y: number; first: number; end: number }[] = [];
  let [from, to] = [Infinity, 0];
  for (let y = top; y < bottom; y++) {
    const { first, end } = damage.span(y, left, left + BLOCK);
    if (first === end) continue;
    spans.push({ y, first, end });
    from = Math.min(from, damage.columns[first]!);
    to = Math.max(to, damage.columns[end - 1]! + 1);
  }
  const [begin, last] = [spans[0], spans.at(-1)];
  if (!begin || !last) return null;
  const [width, height] = [to - from, last.y + 1 - begin.y];
  const mask = new Uint8Array(width * height);
  const lightness = new Uint16Array(width * height);
  for (const { y, first, end } of spans) {
    for (let i = first; i < end; i++) {
      const at = (y - begin.y) * width + damage.columns[i]! - from;
      mask[at] = 1;
      lightness[at] = lightnessOf(clean[i]!);
    }
  }
  return { x: from, y: begin.y, width, height, mask, lightness };
}
