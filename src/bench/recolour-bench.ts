import { PLAIN_LOOK } from '../image/colour/look.ts';
import type { Photograph } from '../image/photograph.ts';
import { defaultModel, shippedTool } from '../models/catalogue.ts';
import { parseRecolourCard } from '../models/recolour-card.ts';
import { ContentStore } from '../models/store.ts';
import { colouringOf } from '../pipelines/colorize/colouring.ts';
import { drawView } from '../pipelines/colorize/draw.ts';
import { guideOf } from '../pipelines/colorize/network-input.ts';
import type { Place } from '../pipelines/colorize/place.ts';
import type { RecolourResult } from '../pipelines/recolour/events.ts';
import { recolour } from '../pipelines/recolour/recolour.ts';
import type { Profile } from '../planner/profile.ts';
import { GpuPainter } from '../runtime/gpu-painter.ts';
import { Gpu } from '../runtime/gpu.ts';
import { Pipelines } from '../runtime/network/pipelines.ts';
import { loadRuntime } from '../runtime/onnxruntime.ts';
import { cpuPainter } from '../runtime/painter.ts';
import { Pool } from '../runtime/pool.ts';

/** Several colourings of one photograph by what ships, and what showing them on the way costs. */
export type RecolourMeasurement = {
  backend: 'webgpu' | 'wasm';
  size: number;
  candidates: number;
  steps: number;
  guidance: string;
  /** Milliseconds of the first request of all, weights and kernels included, and of it the warm-up. */
  firstMs: number;
  warmUpMs: number;
  /** Of each request after it, from the photograph to the last candidate: a median. */
  warmMs: number;
  /** Of one step of all candidates of a list, and of their previews. */
  stepMs: number;
  proxyMs: number;
  /** Of as many previews by the full path: a field is fitted and the photograph drawn with it, at the previews' size. */
  fullMs: number;
};

/** Of the photograph, in pixels. */
const [WIDTH, HEIGHT] = [3000, 2000];
const GIB = 2 ** 30;

/** Measures on the GPU where there is one: eight final candidates; else two drafts on wasm, at a small size. */
export async function measureRecolour(
  isOnGpu: boolean,
  size: number,
  runs: number,
): Promise<RecolourMeasurement> {
  const store = await ContentStore.open('recolour-bench');
  const catalogue = new URL('models/catalogue.json', location.href);
  const coloriser = await defaultModel(catalogue, store);
  const recolourer = await shippedTool(catalogue, store, 'recolour', parseRecolourCard);
  const place = await openPlace(isOnGpu);
  const photograph = drawnPhotograph();
  const candidates = isOnGpu ? 8 : 2;
  const { vividness } = recolourer.card.sampling;
  const run = () =>
    recolour({
      ...{ photograph, coloriser, recolourer, profile: profileOn(place) },
      request: {
        seeds: Array.from({ length: candidates }, (_, seed) => seed + 1),
        ...{ vividness, hints: [], lock: null, size },
        mode: isOnGpu ? 'final' : 'draft',
      },
      places: {
        open: () => Promise.resolve(place),
        giveUp: (gpu) => gpu.close(),
        watch: (_what, _choice, work) => work(),
      },
      listener: {},
      signal: new AbortController().signal,
      resume: null,
    });
  const first = await timed(run);
  const later: { ms: number; value: RecolourResult }[] = [];
  for (let i = 0; i < runs; i++) later.push(await timed(run));
  later.sort((one, other) => one.ms - other.ms);
  const { ms: warmMs, value } = later[Math.floor(runs / 2)]!;
  const { plan, ms } = value;
  const lists = plan.steps * Math.ceil(candidates / plan.batch);
  const full = await timed(() => fullPreviews(place, photograph, value));
  await place.pool.shrink(0);
  return {
    ...{ backend: place.backend, size: plan.size, candidates, steps: plan.steps },
    guidance: plan.guidance,
    firstMs: first.ms,
    warmUpMs: first.value.ms.warmUp,
    warmMs,
    stepMs: (ms.sample - ms.preview) / lists,
    proxyMs: ms.preview / lists,
    fullMs: (full.ms * Math.min(plan.batch, candidates)) / candidates,
  };
}

/** What a preview would be without the proxy. */
async function fullPreviews(place: Place, photograph: Photograph, { candidates }: RecolourResult) {
  const { lightness } = photograph;
  const region = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
  for (const { planes } of candidates) {
    const { width, height, ab } = planes;
    const chroma = { width, height, ab, guide: guideOf(lightness, width, height) };
    const colouring =
      place.backend === 'webgpu'
        ? colouringOf(place.painter, await place.painter.fit(chroma, lightness))
        : colouringOf(cpuPainter, await cpuPainter.fit(chroma, lightness));
    await colouring.use((inUse) =>
      drawView(photograph, inUse, { region, width: 32, height: 21 }, PLAIN_LOOK),
    );
    colouring.dispose();
  }
}

async function openPlace(isOnGpu: boolean): Promise<Place> {
  const pool = new Pool(GIB);
  if (!isOnGpu) return { backend: 'wasm', ort: await loadRuntime(), pool };
  const gpu = await Gpu.open();
  const painter = new GpuPainter(gpu);
  return { backend: 'webgpu', gpu, pool, painter, pipelines: new Pipelines(gpu) };
}

function profileOn({ backend }: Place): Profile {
  return {
    ...{ backend, budgetBytes: 2 * GIB, largestBufferBytes: GIB, features: [], preset: 'medium' },
    ...{ isHalfProven: false, isSlow: false, fallback: null, budgetBecause: '', budgetLines: [] },
  };
}

/** Waves, a slope and a disc. */
function drawnPhotograph(): Photograph {
  const data = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    const isInDisc = (x - 2000) ** 2 + (y - 700) ** 2 < 400 ** 2;
    return isInDisc ? 52_000 : 9000 + x * 10 + 3000 * Math.sin(y / 40);
  });
  return { lightness: { width: WIDTH, height: HEIGHT, data }, alpha: null, ownChroma: null };
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const begunAt = performance.now();
  const value = await work();
  return { ms: performance.now() - begunAt, value };
}
