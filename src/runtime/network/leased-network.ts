import type { Variant } from '../../models/variant.ts';
import type { WeightSource } from '../../models/stored-tensor.ts';
import type { Gpu } from '../gpu.ts';
import type { Lease, Pool } from '../pool.ts';
import { planBuffers } from './buffer-plan.ts';
import { GpuNetwork, type Borrowed } from './gpu-network.ts';
import { GpuWeights, planSlabs, weightBytes } from './gpu-weights.ts';
import type { Pipelines } from './pipelines.ts';
import type { Program } from './program.ts';

/** What networks on a GPU share. */
type GpuTools = { readonly gpu: Gpu; readonly pipelines: Pipelines; readonly pool: Pool };

/** A network on a GPU, with the values that go in and out. */
export type OpenNetwork<Tensors> = { network: GpuNetwork; tensors: Tensors };

/** What a network may need besides. */
type LeaseOptions = {
  /** A program that uses all weights of the model, where this one does not. */
  all?: Program;
  /** Where it finds what it borrows, and a lease of the owner, of which it keeps a share. */
  borrowed?: { places: Borrowed; owner: Lease<unknown> };
};

/**
 * Leases a network; weights and network are made where the pool has none of these names.
 * @param names what is kept under: the weights, which networks of every size share, and the network.
 * @param tensors of the network, with its program.
 * @param source brings the weights; called where they are not on the GPU.
 * @param more what a network that reads another's values needs.
 * @throws {AppError} `gpu/*`, `model/*`; whatever `source` throws.
 */
export async function leaseNetwork<Tensors extends { program: Program }>(
  { gpu, pipelines, pool }: GpuTools,
  names: { weights: string; network: string },
  tensors: Tensors,
  variant: Variant,
  source: () => Promise<WeightSource>,
  { all = tensors.program, borrowed }: LeaseOptions = {},
): Promise<Lease<OpenNetwork<Tensors>>> {
  const { program } = tensors;
  const slabs = sum(planSlabs(weightBytes(all, variant)).sizes);
  const weights = await pool.lease(names.weights, slabs, async () => {
    const value = await GpuWeights.upload(gpu, all, variant, await source());
    return { value, bytes: value.bytes, dispose: () => value.dispose() };
  });
  try {
    const activations = sum(planBuffers(program, variant).sizes);
    return await pool.lease(names.network, activations, async () => {
      const network = await GpuNetwork.open(
        ...([gpu, pipelines, program, variant, weights.value, borrowed?.places] as const),
      );
      const own = [weights.share(), ...(borrowed ? [borrowed.owner.share()] : [])];
      return {
        value: { network, tensors },
        bytes: network.bytes,
        dispose() {
          network.dispose();
          for (const lease of own) lease.release();
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
