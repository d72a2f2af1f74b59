import { PLAIN_LOOK } from '../image/colour/look.ts';
import { markAsMachineColoured } from '../image/metadata/mark.ts';
import { readMetadata } from '../image/metadata/read-metadata.ts';
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
  const draw = async (colouring: Colouring) =>
    createImageBitmap(await drawView(photograph, colouring, request, look));
  return withoutGpuOnFailure(equipment, gallery, () =>
    request.of === 'original'
      ? drawOriginal(held, photograph, draw)
      : drawFound(equipment, held, draw),
  );
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
  const output = { format, quality, signal, onStripe };
  const picture = await withoutGpuOnFailure(equipment, gallery, () =>
    drawFound(equipment, held, (colouring) => {
      const measured = timed(colouring, (ms) => (upsample += ms));
      return encodeColoured(photograph, measured, look, output);
    }),
  );
  const model = (await equipment.model()).card.name;
  const source = await readMetadata(held.file);
  const blob = await markAsMachineColoured(picture, format, { model, version }, source);
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

/** Draws with the found colours, fitted again where their painter let them go. */
async function drawFound<T>(
  equipment: Equipment,
  held: HeldPhotograph,
  draw: (colouring: Colouring) => Promise<T>,
): Promise<T> {
  if (held.colouring) return held.colouring.use(draw);
  const { chroma } = held;
  if (!chroma) throw new AppError('bug/invariant', 'This photograph has no colours yet.');
  const { painter } = await equipment.place(profileOf(equipment.facts, 'auto').backend);
  const fitted = painter
    ? colouringOf(painter, await painter.fit(chroma))
    : colouringOf(cpuPainter, await cpuPainter.fit(chroma));
  // A run may have ended meanwhile: its colours are the newer ones.
  if (held.colouring || held.chroma !== chroma) fitted.dispose();
  else held.colouring = fitted;
  return drawFound(equipment, held, draw);
}

/** Draws with the file's own colours (a gray one has none), on the processor: they are looked at, not dragged. */
async function drawOriginal<T>(
  held: HeldPhotograph,
  photograph: Photograph,
  draw: (colouring: Colouring) => Promise<T>,
): Promise<T> {
  const none = { width: 1, height: 1, ab: new Float32Array(2), guide: new Float32Array(1) };
  const own = photograph.ownChroma ?? none;
  held.ownColouring ??= colouringOf(cpuPainter, await cpuPainter.fit(own));
  return held.ownColouring.use(draw);
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
