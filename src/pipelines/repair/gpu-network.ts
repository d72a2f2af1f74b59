import type { Model, ModelFiles } from '../../models/model.ts';
import type { RepairCard } from '../../models/repair-card.ts';
import type { WeightShapes } from '../../models/stored-tensor.ts';
import { shapesOf, sourceOf } from '../../models/weights.ts';
import { leaseNetwork, type OpenNetwork } from '../../runtime/network/leased-network.ts';
import type { Gpu } from '../../runtime/gpu.ts';
import type { GpuPlace } from '../colorize/place.ts';
import type { HeldNetwork, NetworkName, TileNetwork, TileNetworkRequest } from './tile-network.ts';
import { detector, restorer, timeCode, type UNetProgram } from './unet.ts';

/** A network of a card as dispatches. */
export function programOf(
  shapes: WeightShapes,
  card: Pick<RepairCard, 'network'>,
  name: NetworkName,
  width: number,
  height: number,
): UNetProgram {
  return name === 'detect'
    ? detector(shapes, card.network.detector, width, height)
    : restorer(shapes, card.network.restorer, width, height);
}

/** Leases a network on a GPU; weights and network are made where they are not here. */
export async function openOnGpu(
  place: GpuPlace,
  request: TileNetworkRequest,
): Promise<HeldNetwork> {
  const { model, files, name, variant, width, height } = request;
  const { table, source } = await tableOf(model, files);
  const tensors = programOf(shapesOf(table), model.card, name, width, height);
  const weights = `${model.card.id}/${name}/${variant}`;
  const names = { weights, network: `${weights}/${width}×${height}` };
  const lease = await leaseNetwork(place, names, tensors, variant, source);
  const value = tileNetwork(place.gpu, lease.value, width, height);
  return { value, release: () => lease.release() };
}

/**
 * Compiles what a network will need. Takes no memory.
 * @param table what {@link Model.bringTable} brought.
 * @throws {AppError} `gpu/*`, `model/incompatible`.
 */
export async function compileOnGpu(
  { pipelines }: GpuPlace,
  request: Omit<TileNetworkRequest, 'peakBytes'>,
): Promise<void> {
  const { model, files, name, variant, width, height } = request;
  const shapes = shapesOf(await model.weightTable(files));
  await pipelines.of(programOf(shapes, model.card, name, width, height).program, variant);
}

async function tableOf(model: Model<RepairCard>, files: ModelFiles) {
  const table = await model.weightTable(files);
  const source = async () => sourceOf(table, (await model.stored(files)).stream);
  return { table, source };
}

function tileNetwork(
  gpu: Gpu,
  { network, tensors }: OpenNetwork<UNetProgram>,
  width: number,
  height: number,
): TileNetwork {
  const result = new Float32Array(width * height);
  const run: TileNetwork['run'] = async (planes, level) => {
    const { mark } = gpu;
    network.write(tensors.planes, planes);
    if (tensors.time) network.write(tensors.time, timeCode(level));
    network.run();
    const cells = await gpu.readCopy(network.bufferOf(tensors.cells), 4 * result.length);
    await gpu.check(mark);
    pixelsOf(new Float32Array(cells), result, width, height, tensors.cell);
    // Here rather than in the network, so that what is known well is added in full precision.
    if (tensors.time) addTo(result, planes.subarray(3 * result.length));
    return result;
  };
  return { width, height, run };
}

/** The pixels of cells, plane after plane, in their places. @param cell pixels a side. */
function pixelsOf(
  cells: Float32Array,
  pixels: Float32Array,
  width: number,
  height: number,
  cell: number,
): void {
  let at = 0;
  for (let top = 0; top < cell; top++) {
    for (let left = 0; left < cell; left++) {
      for (let y = top; y < height; y += cell) {
        const row = y * width;
        for (let x = left; x < width; x += cell) pixels[row + x] = cells[at++]!;
      }
    }
  }
}

function addTo(pixels: Float32Array, others: Float32Array): void {
  for (let i = 0; i < pixels.length; i++) pixels[i]! += others[i]!;
}
