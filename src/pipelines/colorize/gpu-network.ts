import type { Model, ModelFiles } from '../../models/model.ts';
import type { Variant } from '../../models/variant.ts';
import { shapesOf, sourceOf } from '../../models/weights.ts';
import type { Rung } from '../../planner/rung.ts';
import { leaseNetwork, type OpenNetwork } from '../../runtime/network/leased-network.ts';
import type { Lease } from '../../runtime/pool.ts';
import { ddcolor, type Ddcolor } from './ddcolor.ts';
import { DdcolorWeights } from './ddcolor-weights.ts';
import type { NetworkInput } from './network-input.ts';
import type { GpuPlace } from './place.ts';

/** A network of one size on a GPU. */
export type OpenDdcolor = OpenNetwork<Ddcolor>;

/** What of a plan a network follows from. */
type NetworkPlan = Pick<Rung, 'variant' | 'network' | 'tileRows'>;

/** What all sizes and pipelines share is kept under: the same weights in the same variant. */
function weightsKey({ card }: Model, variant: Variant): string {
  return `${card.id}/${variant}`;
}

/** What a network of one size is kept under. */
function networkKey(model: Model, { variant, network, tileRows }: NetworkPlan): string {
  return `${weightsKey(model, variant)}/${network.width}×${network.height}/${tileRows}`;
}

/** The network of a plan as dispatches. @param files with the table of weights among them. */
async function ddcolorOf(
  model: Model,
  files: ModelFiles,
  { network, tileRows }: NetworkPlan,
): Promise<Ddcolor> {
  const shapes = shapesOf(await model.weightTable(files));
  const { chromaScale, gray } = model.card.network;
  const weightsOf = new DdcolorWeights(shapes, chromaScale);
  return ddcolor(weightsOf, network.width, network.height, gray, tileRows);
}

/** Whether the network of a plan stands, from an earlier run. */
export function isOpenOnGpu({ pool }: GpuPlace, model: Model, plan: NetworkPlan): boolean {
  return pool.has(networkKey(model, plan));
}

/**
 * Compiles all that a run of a plan will need; a run that comes meanwhile shares it. Takes no memory.
 * @param table what {@link Model.bringTable} brought.
 * @throws {AppError} `gpu/*`, `model/incompatible`, `store/denied`.
 */
export async function compileOnGpu(
  { pipelines, painter }: GpuPlace,
  model: Model,
  table: ModelFiles,
  plan: NetworkPlan,
): Promise<void> {
  const { program } = await ddcolorOf(model, table, plan);
  await Promise.all([pipelines.of(program, plan.variant), painter.compile()]);
}

/** Leases a model's network at a planned size; weights and network are made where they are not here. */
export async function openOnGpu(
  place: GpuPlace,
  model: Model,
  files: ModelFiles,
  plan: NetworkPlan,
): Promise<Lease<OpenDdcolor>> {
  const { variant } = plan;
  const tensors = await ddcolorOf(model, files, plan);
  const names = { weights: weightsKey(model, variant), network: networkKey(model, plan) };
  return leaseNetwork(place, names, tensors, variant, async () => {
    const { table, stream } = await model.stored(files);
    return sourceOf(table, stream);
  });
}

/** Submits a run. @returns ab of the padded input, `[2, height, width]` in Lab units, until the next run. */
export function runOnGpu({ network, tensors }: OpenDdcolor, { gray }: NetworkInput): GPUBuffer {
  network.write(tensors.gray, gray);
  network.run();
  return network.bufferOf(tensors.ab);
}
