import { letMessagesIn } from '../../shared/let-messages-in.ts';
import type { Chroma, Photograph } from '../../image/photograph.ts';
import type { TransferProgress } from '../../shared/transfer.ts';
import type { Model } from '../../models/model.ts';
import type { Plan } from '../../planner/plan.ts';
import { classifyRuntimeError } from '../../runtime/classify-runtime-error.ts';
import type { GpuPainter } from '../../runtime/gpu-painter.ts';
import { cpuPainter } from '../../runtime/painter.ts';
import { assert, throwIfAborted } from '../../shared/errors.ts';
import { colouringOf, type Colouring } from './colouring.ts';
import { networkInput, type NetworkInput } from './network-input.ts';
import { openSessions, runNetwork, type NetworkOutput, type NetworkPlace } from './network.ts';

/** A place to run with the painter that belongs to it. */
export type ColorizePlace = NetworkPlace & { painter: GpuPainter | null };

/** Colours of a photograph as the network gave them, in both forms that are kept. */
export type Coloured = { colouring: Colouring; chroma: Chroma };

/** Milliseconds of the stages of {@link colorize}; they add up over passes. */
export type PassTimes = { load: number; infer: number; upsample: number };

/** What a pass tells while it goes on. */
export type PassListener = {
  onFetch(progress: TransferProgress): void;
  onLoad(): void;
  onInfer(): void;
};

/**
 * One pass of a photograph through the network, as planned: bring the model, open its sessions, run
 * `encode` and `paint`, fit the guided field. On a GPU nothing comes back until the field stands;
 * then the small ab planes are read once, to survive the loss of the device.
 * @throws {AppError} `net/*`, `model/*`, `gpu/*`, `memory/exhausted`, `job/aborted`.
 */
export async function colorize(
  photograph: Photograph,
  plan: Plan,
  model: Model,
  place: ColorizePlace,
  times: PassTimes,
  listener: PassListener,
  signal: AbortSignal,
): Promise<Coloured> {
  const clock = stopwatch(times);
  const files = await model.bring(plan.variant, { signal, onProgress: listener.onFetch });
  throwIfAborted(signal);
  listener.onLoad();
  const mark = place.gpu?.mark ?? 0;
  try {
    const sessions = await openSessions(place, model, files, plan.variant, plan.network);
    await letMessagesIn();
    throwIfAborted(signal);
    clock('load');
    listener.onInfer();
    const input = networkInput(photograph.lightness, plan.network);
    const output = await runNetwork(place, sessions, input);
    try {
      await place.gpu?.check(mark);
      clock('infer');
      throwIfAborted(signal);
      return await fit(place, input, output, model.card.output.chromaGain, () => clock('upsample'));
    } finally {
      if (output.place === 'gpu') output.dispose();
    }
  } catch (error) {
    throw classifyRuntimeError(error, place.gpu !== null);
  }
}

async function fit(
  place: ColorizePlace,
  input: NetworkInput,
  output: NetworkOutput,
  gain: number,
  onFitted: () => void,
): Promise<Coloured> {
  if (output.place === 'cpu') {
    const chroma = contentOf(output.ab, input, gain);
    const colouring = colouringOf(cpuPainter, await cpuPainter.fit(chroma));
    onFitted();
    return { colouring, chroma };
  }
  assert(place.gpu && place.painter, 'Output on a GPU comes from a place with one.');
  const { width, height, contentWidth, contentHeight } = input.size;
  const field = await place.painter.fitBuffer({
    buffer: output.buffer,
    rowStride: width,
    planeStride: width * height,
    width: contentWidth,
    height: contentHeight,
    gain,
    guide: input.guide,
  });
  onFitted();
  try {
    const padded = await place.gpu.readCopy(output.buffer, 2 * width * height * 4);
    const chroma = contentOf(new Float32Array(padded), input, gain);
    return { colouring: colouringOf(place.painter, field), chroma };
  } catch (error) {
    field.dispose();
    throw error;
  }
}

/** Cuts the padding off ab `[1, 2, height, width]` and applies the gain. */
function contentOf(padded: Float32Array, { size, guide }: NetworkInput, gain: number): Chroma {
  const { width, height, contentWidth, contentHeight } = size;
  const ab = new Float32Array(2 * contentWidth * contentHeight);
  for (let row = 0; row < 2 * contentHeight; row++) {
    const plane = row < contentHeight ? 0 : 1;
    const from = (plane * height + row - plane * contentHeight) * width;
    ab.set(padded.subarray(from, from + contentWidth), row * contentWidth);
  }
  for (let i = 0; i < ab.length; i++) ab[i]! *= gain;
  return { width: contentWidth, height: contentHeight, ab, guide };
}

/** Adds the time since its last call to the named stage. */
function stopwatch(times: PassTimes): (stage: keyof PassTimes) => void {
  let since = performance.now();
  return (stage) => {
    const now = performance.now();
    times[stage] += now - since;
    since = now;
  };
}
