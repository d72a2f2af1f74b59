import type { Model, ModelFiles } from '../../models/model.ts';
import type { Variant } from '../../models/variant.ts';
import { shapesOf, sourceOf } from '../../models/weights.ts';
import type { Plan } from '../../planner/plan.ts';
import { planBuffers } from '../../runtime/network/buffer-plan.ts';
import { GpuNetwork } from '../../runtime/network/gpu-network.ts';
import { GpuWeights, planSlabs, weightBytes } from '../../runtime/network/gpu-weights.ts';
import type { Program } from '../../runtime/network/program.ts';
import type { Lease } from '../../runtime/pool.ts';
import { ddcolor, type Ddcolor } from './ddcolor.ts';
import { DdcolorWeights } from './ddcolor-weights.ts';
import type { NetworkInput } from './network-input.ts';
import type { GpuPlace } from './place.ts';

/** A network of one size on a GPU, with the values that go in and out. */
type OpenDdcolor = { network: GpuNetwork; tensors: Ddcolor };

/** What all sizes and pipelines share is kept under: the same weights in the same variant. */
function weightsKey(model: Model, variant: Variant): string {
  return `${model.card.weights.tensors.sha256}/${variant}`;
}

/** Leases a model's network at a planned size; weights and network are made where they are not here. */
export async function openOnGpu(
  place: GpuPlace,
  model: Model,
  files: ModelFiles,
  plan: Plan,
): Promise<Lease<OpenDdcolor>> {
  const { variant, tileRows } = plan;
  const { width, height } = plan.network;
  const shapes = shapesOf(await model.weightTable(files));
  const { chromaScale, gray } = model.card.network;
  const weightsOf = new DdcolorWeights(shapes, chromaScale);
  const tensors = ddcolor(weightsOf, width, height, gray, tileRows);
  const { program } = tensors;
  const weights = await leaseWeights(place, model, files, variant, program);
  try {
    const key = `${weightsKey(model, variant)}/${width}×${height}/${tileRows}`;
    return await place.pool.lease(key, activationBytes(program, variant), async () => {
      const { gpu, pipelines } = place;
      const network = await GpuNetwork.open(gpu, pipelines, program, variant, weights.value);
      const own = weights.share();
      return {
        value: { network, tensors },
        bytes: network.bytes,
        dispose() {
          network.dispose();
          own.release();
        },
      };
    });
  } finally {
    weights.release();
  }
}

/** A model's weights in a variant: on the GPU once, however many sizes and pipelines use them. */
export function leaseWeights(
  { gpu, pool }: GpuPlace,
  model: Model,
  files: ModelFiles,
  variant: Variant,
  program: Program,
): Promise<Lease<GpuWeights>> {
  const bytes = sum(planSlabs(weightBytes(program, variant)).sizes);
  return pool.lease(weightsKey(model, variant), bytes, async () => {
    const { table, stream } = await model.stored(files);
    const value = await GpuWeights.upload(gpu, program, variant, sourceOf(table, stream));
    return { value, bytes: value.bytes, dispose: () => value.dispose() };
  });
}

/** Submits a run. @returns ab of the padded input, `[2, height, width]` in Lab units, until the next run. */
export function runOnGpu({ network, tensors }: OpenDdcolor, { gray }: NetworkInput): GPUBuffer {
  network.write(tensors.gray, gray);
  network.run();
  return network.bufferOf(tensors.ab);
}

/** Bytes of a program's activations on a GPU. */
function activationBytes(program: Program, variant: Variant): number {
  return sum(planBuffers(program, variant).sizes);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
