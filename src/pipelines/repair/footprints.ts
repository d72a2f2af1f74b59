import type { Footprint, ModelCard } from '../../models/card.ts';
import type { RepairCard } from '../../models/repair-card.ts';
import { VARIANTS, type Variant } from '../../models/variant.ts';
import { shapesOf, type WeightTensor } from '../../models/weights.ts';
import type { PlannedCard } from '../../planner/planned-card.ts';
import { planBuffers } from '../../runtime/network/buffer-plan.ts';
import { planSlabs, weightBytes } from '../../runtime/network/gpu-weights.ts';
import { programOf } from './gpu-network.ts';
import type { NetworkName } from './tile-network.ts';

/**
 * Sides of tiles, and the one that is wished for. The restorer was trained on crops of up to 288 pixels, and larger
 * tiles do not fill better; the detector has no attention, so a large tile only saves borders.
 */
const SIDES: Record<NetworkName, { offered: number[]; wished: number }> = {
  restore: { offered: [64, 128, 192, 256], wished: 256 },
  detect: { offered: [64, 128, 256, 512], wished: 512 },
};

/** A step's uniform has a buffer of its own; a tile's result is read back through one more. */
const UNIFORM_BYTES = 256;
const READ_BYTES = 4;
/**
 * The heap that onnxruntime begins with, and what it grows by for each byte of activations on a GPU in fp32, beside the
 * weights. It grew to 50, 60, 87 and 125 MB for a restorer with tiles of 64, 128, 192 and 256; 53, 72, 106 and 132 are
 * reckoned, and 68 for a detector with tiles of 512, which took 50.
 */
const WASM_HEAP = 2 ** 24;
const WASM_ACTIVATIONS = 2.5;

/**
 * One network of a repair model as the planner takes models: a size is the side of a tile. What it takes follows from
 * the plan of its buffers.
 */
export function plannedNetwork(
  card: RepairCard,
  table: readonly WeightTensor[],
  name: NetworkName,
): PlannedCard {
  const { offered, wished } = SIDES[name];
  const rows = (variant: Variant) => {
    return rising(offered.map((side) => footprint(card, table, name, variant, side)));
  };
  const [fp32, fp16, int8, int8Fp16] = VARIANTS.map(rows);
  const memory: ModelCard['memory'] = {
    ...{ measuredWith: 'Reckoned from the plan of buffers.', wasm: [], fp32: fp32!, fp16: fp16! },
    ...{ int8: int8!, 'int8-fp16': int8Fp16! },
  };
  memory.wasm = fp32!.map((row) => onWasm(row, table, name));
  const sizes: ModelCard['sizes'] = {
    ...{ multiple: 32, offered, preview: offered[0]! },
    wished: { auto: wished, people: wished, buildings: wished },
  };
  return { id: card.id, name: card.name, sizes, memory };
}

function footprint(
  card: RepairCard,
  table: readonly WeightTensor[],
  name: NetworkName,
  variant: Variant,
  side: number,
): Footprint {
  const { program } = programOf(shapesOf(table), card, name, side, side);
  const buffers = planBuffers(program, variant).sizes;
  const slabs = planSlabs(weightBytes(program, variant)).sizes;
  const weights = sum(slabs);
  const rest = UNIFORM_BYTES * program.steps.length + READ_BYTES * side * side;
  return {
    size: side,
    peakBytes: weights + sum(buffers) + rest,
    largestBufferBytes: Math.max(...buffers, ...slabs),
    weightBytes: weights,
    macs: program.macs,
  };
}

function onWasm(row: Footprint, table: readonly WeightTensor[], name: NetworkName): Footprint {
  const mine = table.filter(({ graph }) => graph === name);
  const weightBytes = sum(mine.map(({ materialised }) => materialised.byteLength));
  const activations = WASM_ACTIVATIONS * (row.peakBytes - row.weightBytes);
  const peakBytes = Math.round(WASM_HEAP + weightBytes + activations);
  return { ...row, peakBytes, weightBytes, largestBufferBytes: 0 };
}

/** Greedy plans may take a few bytes less for a larger tile; a card says that they never do. */
function rising(rows: readonly Footprint[]): Footprint[] {
  let [peakBytes, largestBufferBytes] = [0, 0];
  return rows.map((row) => {
    peakBytes = Math.max(peakBytes, row.peakBytes);
    largestBufferBytes = Math.max(largestBufferBytes, row.largestBufferBytes);
    return { ...row, peakBytes, largestBufferBytes };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
