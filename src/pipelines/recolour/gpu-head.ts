import type { Model, ModelFiles } from '../../models/model.ts';
import type { RecolourCard } from '../../models/recolour-card.ts';
import { shapesOf, sourceOf, type WeightTensor } from '../../models/weights.ts';
import { leaseNetwork, type OpenNetwork } from '../../runtime/network/leased-network.ts';
import type { Program, Tensor } from '../../runtime/network/program.ts';
import type { Lease } from '../../runtime/pool.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import { openOnGpu, runOnGpu, type OpenDdcolor } from '../colorize/gpu-network.ts';
import type { GpuPlace } from '../colorize/place.ts';
import { ANSWER_PLANES, RecolourWeights } from './recolour-weights.ts';
import type { RecolourChoice } from './choices.ts';
import type { OpenHead } from './head.ts';
import {
  recolourProgram,
  timeCode,
  type RecolourProgram,
  type RecolourShape,
} from './recolour-network.ts';

/** A size at which all of a head's weights are used. */
const WHOLE: RecolourShape = {
  width: 8,
  height: 8,
  candidates: 1,
  passes: [['conditional', 'unconditional']],
};

/** Both models, and the files that a GPU needs of them. */
export type RecolourModels = {
  coloriser: Model;
  recolourer: Model<RecolourCard>;
  encoderFiles: ModelFiles;
  headFiles: ModelFiles;
};

/** What the head of a choice is kept under. */
export function headKey(id: string, { encoder, batch, guidance }: RecolourChoice): string {
  const { variant, network, tileRows } = encoder;
  return `${id}/${variant}/${network.width}×${network.height}/${tileRows}/${batch}/${guidance}`;
}

/** The head of a choice as dispatches. */
export function programOf(
  table: readonly WeightTensor[],
  { network }: RecolourCard,
  choice: Pick<RecolourChoice, 'encoder' | 'batch' | 'passes'>,
): RecolourProgram {
  const { width, height } = choice.encoder.network;
  return recolourProgram(new RecolourWeights(shapesOf(table), network), {
    width: width / 4,
    height: height / 4,
    candidates: choice.batch,
    passes: choice.passes,
  });
}

/** A program that uses all weights of a head. */
export function wholeProgram(
  table: readonly WeightTensor[],
  { network }: Pick<RecolourCard, 'network'>,
): Program {
  return recolourProgram(new RecolourWeights(shapesOf(table), network), WHOLE).program;
}

/**
 * Leases encoder and head of a choice; what is not here is made. The encoder is the coloriser's own, weights and
 * network: one that colours photographs meanwhile is the same. The head reads the feature map where it lies.
 * @throws {AppError} `gpu/*`, `model/*`, `store/denied`.
 */
export async function openHeadOnGpu(
  place: GpuPlace,
  models: RecolourModels,
  choice: RecolourChoice,
): Promise<OpenHead> {
  const { coloriser, encoderFiles } = models;
  const encoder = await openOnGpu(place, coloriser, encoderFiles, choice.encoder);
  try {
    const head = await leaseHead(place, models, choice, encoder);
    return headOn(place, encoder, head, choice);
  } catch (error) {
    encoder.release();
    throw error;
  }
}

function headOn(
  { gpu }: GpuPlace,
  encoder: Lease<OpenDdcolor>,
  head: Lease<OpenNetwork<RecolourProgram>>,
  { batch }: RecolourChoice,
): OpenHead {
  const { network, tensors: made } = head.value;
  const { width, height } = made.offered;
  const cells = width * height;
  return {
    width,
    height,
    batch,
    async look(input, { lightness, hints }) {
      const { mark } = gpu;
      runOnGpu(encoder.value, input);
      network.write(made.offered.value, lightness, ANSWER_PLANES * cells);
      network.write(made.offered.value, hints, (ANSWER_PLANES + 1) * cells);
      network.run(made.condition);
      await gpu.check(mark);
    },
    async predict({ latent, level, branches, predictions, signal }) {
      throwIfAborted(signal);
      const { mark } = gpu;
      const pass = made.passes.find((each) => each.branches.join() === branches.join())!;
      network.write(made.noisy.value, latent);
      network.write(made.code, timeCode(level.sigma, made.code.elements));
      network.run(pass.steps);
      const { value } = pass.velocity;
      const buffer = network.bufferOf(value);
      const velocity = new Float32Array(await gpu.readCopy(buffer, 4 * value.elements));
      await gpu.check(mark);
      // Fewer candidates than the list has places leave the last of each branch.
      const all = batch * 2 * cells;
      branches.forEach((_, i) => {
        const part = velocity.subarray(i * all, i * all + latent.length);
        predictions.set(part, i * latent.length);
      });
    },
    release() {
      head.release();
      encoder.release();
    },
  };
}

async function leaseHead(
  place: GpuPlace,
  { recolourer, headFiles }: RecolourModels,
  choice: RecolourChoice,
  encoder: Lease<OpenDdcolor>,
): Promise<Lease<OpenNetwork<RecolourProgram>>> {
  const { card } = recolourer;
  const { variant } = choice.encoder;
  const table = await recolourer.weightTable(headFiles);
  const made = programOf(table, card, choice);
  const { network, tensors } = encoder.value;
  const places = new Map([
    [made.features, network.bufferOf(tensors.features.value as Tensor)],
    [made.answer, network.bufferOf(tensors.ab)],
  ]);
  const names = { weights: `${card.id}/${variant}`, network: headKey(card.id, choice) };
  const source = async () => {
    const stored = await recolourer.stored(headFiles);
    return sourceOf(stored.table, stored.stream);
  };
  const all = wholeProgram(table, card);
  return leaseNetwork(place, names, made, variant, source, {
    all,
    borrowed: { places, owner: encoder },
  });
}
