import { PLAIN_LOOK } from '../image/colour/look.ts';
import { markAsMachineColoured } from '../image/metadata/mark.ts';
import { LIGHTNESS_MAX, type Photograph } from '../image/photograph.ts';
import { shrinkLightness } from '../image/resize.ts';
import { colouringOf, type Colouring } from '../pipelines/colorize/colouring.ts';
import { drawView, encodeColoured } from '../pipelines/colorize/draw.ts';
import { profileOf } from '../planner/profile.ts';
import { cpuPainter } from '../runtime/painter.ts';
import { AppError } from '../shared/errors.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { version } from '../../package.json';
import { Equipment } from './equipment.ts';
import { Gallery, type HeldPhotograph } from './gallery.ts';
import { Jobs } from './jobs.ts';
import { runColorize } from './run-colorize.ts';
import type { EngineApi, Machine, SaveRequest, StageTimes, ViewRequest } from './protocol.ts';

/** The engine behind the protocol: photographs held open, what they run on, and their jobs. */
export function createEngine(catalogue: URL): EngineApi {
  const equipment = Equipment.open(catalogue);
  const gallery = new Gallery();
  const jobs = new Jobs();
  return {
    machine: () => outcomeOf(async () => describeMachine(await equipment)),
    open: (job, id, file, name, adjustment) =>
      outcomeOf(() =>
        jobs.run(job, async (signal) => {
          const startedAt = performance.now();
          const { photograph, format, frames, isColour } = await gallery.open(
            id,
            file,
            adjustment,
            signal,
          );
          const { width, height } = photograph.lightness;
          const decodeMs = performance.now() - startedAt;
          return { id, name, width, height, format, frames, isColour, decodeMs };
        }),
      ),
    colorize: (job, id, wish, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) =>
          runColorize(await equipment, gallery, id, wish, onProgress, signal),
        ),
      ),
    restore: (id, chroma) =>
      outcomeOf(async () => {
        const { held, photograph } = await gallery.get(id);
        const { width, height, ab } = chroma;
        held.chroma = { width, height, ab, guide: guideOf(photograph, width, height) };
        held.colouring = null;
      }),
    view: (id, request) => outcomeOf(async () => view(await equipment, gallery, id, request)),
    save: (job, id, request, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) => {
          const onStripe = (stripe: number, stripes: number) =>
            onProgress({ stage: 'upsample', stripe, stripes });
          onProgress({ stage: 'encode' });
          return save(await equipment, gallery, id, request, onStripe, signal);
        }),
      ),
    close: (id) => outcomeOf(() => gallery.close(id)),
    cancel: (job) => outcomeOf(() => jobs.cancel(job)),
  };
}

async function describeMachine(equipment: Equipment): Promise<Machine> {
  return {
    backend: profileOf(equipment.facts, 'auto').backend,
    adapter: equipment.adapterReport,
    deviceMemoryGiB: equipment.facts.deviceMemoryGiB,
    wasmThreads: equipment.wasmThreads,
    runtimeBuild: equipment.runtimeBuild,
    storage: await equipment.storage(),
  };
}

async function view(
  equipment: Equipment,
  gallery: Gallery,
  id: string,
  request: ViewRequest,
): Promise<ImageBitmap> {
  const { held, photograph } = await gallery.get(id);
  const look = request.of === 'original' ? PLAIN_LOOK : request.look;
  const draw = async () => {
    const colouring =
      request.of === 'original'
        ? await originalColouring(held, photograph)
        : await foundColouring(equipment, held);
    return createImageBitmap(await drawView(photograph, colouring, request, look));
  };
  return withoutGpuOnFailure(equipment, gallery, draw);
}

async function save(
  equipment: Equipment,
  gallery: Gallery,
  id: string,
  request: SaveRequest,
  onStripe: (stripe: number, stripes: number) => void,
  signal: AbortSignal,
) {
  const startedAt = performance.now();
  const { held, photograph } = await gallery.get(id);
  const { format, quality, look } = request;
  let upsample = 0;
  const picture = await withoutGpuOnFailure(equipment, gallery, async () => {
    const colouring = timed(await foundColouring(equipment, held), (ms) => (upsample += ms));
    return encodeColoured(photograph, colouring, look, { format, quality, signal, onStripe });
  });
  const model = (await equipment.model()).card.name;
  const blob = await markAsMachineColoured(picture, format, { model, version });
  const encode = performance.now() - startedAt - upsample;
  const ms: StageTimes = { decode: 0, load: 0, infer: 0, upsample, encode };
  return { blob, width: photograph.lightness.width, height: photograph.lightness.height, ms };
}

/** Drawing falls back to the processor where the GPU fails: colours are small and kept beside it. */
async function withoutGpuOnFailure<T>(
  equipment: Equipment,
  gallery: Gallery,
  draw: () => Promise<T>,
): Promise<T> {
  try {
    return await draw();
  } catch (error) {
    if (equipment.isGpuGivenUp || !(error instanceof AppError) || !error.code.startsWith('gpu/')) {
      throw error;
    }
    gallery.dropColourings();
    await equipment.giveUpGpu();
    return draw();
  }
}

/** The found colours, fitted again where their painter let them go. */
async function foundColouring(equipment: Equipment, held: HeldPhotograph): Promise<Colouring> {
  if (held.colouring) return held.colouring;
  if (!held.chroma) throw new AppError('bug/invariant', 'This photograph has no colours yet.');
  const { painter } = await equipment.place(profileOf(equipment.facts, 'auto').backend);
  held.colouring = painter
    ? colouringOf(painter, await painter.fit(held.chroma))
    : colouringOf(cpuPainter, await cpuPainter.fit(held.chroma));
  return held.colouring;
}

/** The file's own colours; for a gray one, none. Drawn on the processor: it is looked at, not dragged. */
async function originalColouring(held: HeldPhotograph, photograph: Photograph): Promise<Colouring> {
  const none = { width: 1, height: 1, ab: new Float32Array(2), guide: new Float32Array(1) };
  const own = photograph.ownChroma ?? none;
  return (held.ownColouring ??= colouringOf(cpuPainter, await cpuPainter.fit(own)));
}

function guideOf({ lightness }: Photograph, width: number, height: number): Float32Array {
  const whole = { x: 0, y: 0, width: lightness.width, height: lightness.height };
  return Float32Array.from(
    shrinkLightness(lightness, whole, width, height),
    (value) => (value * 100) / LIGHTNESS_MAX,
  );
}

/** The same colouring, telling the milliseconds of each stripe. */
function timed(colouring: Colouring, onMs: (ms: number) => void): Colouring {
  return {
    ...colouring,
    async paint(rows, mapping, look) {
      const startedAt = performance.now();
      const rgba = await colouring.paint(rows, mapping, look);
      onMs(performance.now() - startedAt);
      return rgba;
    },
  };
}
