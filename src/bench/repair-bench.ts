import { parseRepairCard } from '../models/repair-card.ts';
import { shippedTool } from '../models/catalogue.ts';
import type { Variant } from '../models/variant.ts';
import { ContentStore } from '../models/store.ts';
import { shrinkLightness } from '../image/resize.ts';
import type { Place } from '../pipelines/colorize/place.ts';
import { DamagedPixels } from '../pipelines/repair/damaged-pixels.ts';
import { makePatches } from '../pipelines/repair/make-patches.ts';
import { applyPatches } from '../pipelines/repair/patches.ts';
import { PreviewProxy } from '../pipelines/repair/preview.ts';
import { measureSeams, type SeamMeasurement } from './repair-seams.ts';
import type { OpenRestorer } from '../pipelines/repair/repair-run.ts';
import { openTileNetwork } from '../pipelines/repair/tile-network.ts';
import { layTiles } from '../pipelines/repair/tiles.ts';
import { GpuPainter } from '../runtime/gpu-painter.ts';
import { Gpu } from '../runtime/gpu.ts';
import { Pipelines } from '../runtime/network/pipelines.ts';
import { loadRuntime } from '../runtime/onnxruntime.ts';
import { Pool } from '../runtime/pool.ts';

/** A step of the shipped repair model, and what showing it costs. */
export type RepairMeasurement = {
  backend: 'webgpu' | 'wasm';
  /** Of the photograph, in pixels; its damaged ones; the tiles that a step computes for them. */
  width: number;
  height: number;
  damaged: number;
  tiles: number;
  /** Of int8, and of int8 in half precision where the GPU has it. */
  variants: VariantMeasurement[];
  /** Milliseconds of a whole step in int8. */
  stepMs: number;
  /** Of the preview that is shown, and of one by the full path: patches, a picture at full size, and that made small. */
  proxyMs: number;
  fullMs: number;
  seams: SeamMeasurement[];
};

/** Milliseconds: opening and the first tile, and a tile later. off: the most that the answer is from int8's, of −1…1. */
type VariantMeasurement = { variant: Variant; firstTileMs: number; tileMs: number; off: number };

const [WIDTH, HEIGHT] = [3000, 2000];
const SIDE = 256;

/** Measures on the GPU where there is one, else on wasm. */
export async function measureRepair(isOnGpu: boolean, runs: number): Promise<RepairMeasurement> {
  const store = await ContentStore.open('repair-bench');
  const catalogue = new URL('models/catalogue.json', location.href);
  const model = await shippedTool(catalogue, store, 'repair', parseRepairCard);
  const place = await openPlace(isOnGpu);
  const files = await model.bring(place.backend);
  const { plane, mask } = drawnDamage();
  const damage = new DamagedPixels(mask);
  const tiles = layTiles(plane, SIDE, model.card.network.multiple, damage).tiles.length;
  const opening = (variant: Variant) => (size: { width: number; height: number }) => {
    const what = { model, files, name: 'restore', variant, peakBytes: 2 ** 28 } as const;
    return openTileNetwork(place, { ...what, ...size });
  };
  const variants = await measureVariants(place, opening, runs);
  const seams = await measureSeams(opening('int8'), model.card.network.multiple);
  await place.pool.shrink(0);
  const clean = Float32Array.from({ length: damage.count }, (_, i) => Math.sin(i / 9));
  const proxy = new PreviewProxy(plane, damage);
  const proxyMs = await median(runs, () => proxy.draw(clean));
  const fullMs = await median(runs, () => {
    const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    const repaired = { ...plane, data: plane.data.slice() };
    applyPatches(repaired, makePatches(damage, clean));
    return shrinkLightness(repaired, whole, 320, 213);
  });
  const { backend } = place;
  const what = { backend, width: WIDTH, height: HEIGHT, damaged: damage.count, tiles };
  const stepMs = tiles * variants[0]!.tileMs;
  return { ...what, variants, stepMs, proxyMs, fullMs, seams };
}

async function measureVariants(
  place: Place,
  opening: (variant: Variant) => OpenRestorer,
  runs: number,
): Promise<VariantMeasurement[]> {
  const planes = Float32Array.from({ length: 4 * SIDE * SIDE }, (_, i) => Math.sin(i / 50));
  const hasHalf = place.backend === 'webgpu' && place.gpu.device.features.has('shader-f16');
  const found: VariantMeasurement[] = [];
  let whole: Float32Array | null = null;
  for (const variant of hasHalf ? (['int8', 'int8-fp16'] as const) : (['int8'] as const)) {
    const openedAt = performance.now();
    const held = await opening(variant)({ width: SIDE, height: SIDE });
    const answer = (await held.value.run(planes, 1)).slice();
    const firstTileMs = performance.now() - openedAt;
    const tileMs = await median(runs, () => held.value.run(planes, 1));
    held.release();
    whole ??= answer;
    let off = 0;
    for (const [i, value] of answer.entries()) off = Math.max(off, Math.abs(value - whole[i]!));
    found.push({ variant, firstTileMs, tileMs, off });
  }
  return found;
}

async function openPlace(isOnGpu: boolean): Promise<Place> {
  const pool = new Pool(2 ** 30);
  if (!isOnGpu) return { backend: 'wasm', ort: await loadRuntime(), pool };
  const gpu = await Gpu.open();
  return {
    backend: 'webgpu',
    gpu,
    pool,
    pipelines: new Pipelines(gpu),
    painter: new GpuPainter(gpu),
  };
}

/** A slope with a tear from corner to corner, scratches and specks. */
function drawnDamage() {
  const size = { width: WIDTH, height: HEIGHT };
  const lightness = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => 9000 + (i % WIDTH) * 15);
  const data = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    const middle = y * 1.4 + 60 * Math.sin(y / 90);
    for (let x = 0; x < WIDTH; x++, i++) {
      const isDamaged = Math.abs(x - middle) < 12 || x % 701 < 3 || (x % 211 < 6 && y % 197 < 6);
      if (isDamaged) data[i] = 1;
    }
  }
  return { plane: { ...size, data: lightness }, mask: { ...size, data } };
}

async function median(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const begunAt = performance.now();
    await work();
    times.push(performance.now() - begunAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
}
