import type { Variant } from '../../models/variant.ts';
import type { WeightSource } from '../../models/stored-tensor.ts';
import type { Gpu } from '../gpu.ts';
import type { Lease, Pool } from '../pool.ts';
import { planBuffers } from './buffer-plan.ts';
import { GpuNetwork } from './gpu-network.ts';
import { GpuWeights, planSlabs, weightBytes } from './gpu-weights.ts';
import type { Pipelines } from './pipelines.ts';
import type { Program } from './program.ts';

/** What networks on a GPU share. */
type GpuTools = { readonly gpu: Gpu; readonly pipelines: Pipelines; readonly pool: Pool };

/** A network on a GPU, with the values that go in and out. */
export type OpenNetwork<Tensors> = { network: GpuNetwork; tensors: Tensors };

/**
 * Leases a network; weights and network are made where the pool has none of these names.
 * @param names what is kept under: the weights, which networks of every size share, and the network.
 * @param tensors of the network, with its program.
 * @param source brings the weights; called where they are not on the GPU.
 * @throws {AppError} `gpu/*`, `model/*`; whatever `source` throws.
 */
export async function leaseNetwork<Tensors extends { program: Program }>(
  { gpu, pipelines, pool }: GpuTools,
  names: { weights: string; network: string },
  tensors: Tensors,
  variant: Variant,
  source: () => Promise<WeightSource>,
): Promise<Lease<OpenNetwork<Tensors>>> {
  const { program } = tensors;
  const slabs = sum(planSlabs(weightBytes(program, variant)).sizes);
  const weights = await pool.lease(names.weights, slabs, async () => {
    const value = await GpuWeights.upload(gpu, program, variant, await source());
    return { value, bytes: value.bytes, dispose: () => value.dispose() };
  });
  try {
    const activations = sum(planBuffers(program, variant).sizes);
    return await pool.lease(names.network, activations, async () => {
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

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
