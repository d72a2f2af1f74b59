import type { Footprint, ModelCard } from '../../models/card.ts';
import type { Variant } from '../../models/variant.ts';
import { shapesOf, type WeightTensor } from '../../models/weights.ts';
import { planBuffers } from '../../runtime/network/buffer-plan.ts';
import { UNIFORM_BYTES } from '../../runtime/network/gpu-network.ts';
import { planSlabs, weightBytes } from '../../runtime/network/gpu-weights.ts';
import { ddcolor } from './ddcolor.ts';
import { DdcolorWeights } from './ddcolor-weights.ts';

/** GPU bytes of each pixel while the field is fitted: guide, slopes and field; see `runtime/gpu-painter.ts`. */
const PICTURE_BYTES = 4 + 8 + 16;
/** Sides that every model is reckoned at, besides those that it offers. */
const RECKONED_SIZES = [128, 256, 384, 512, 768, 1024, 1280];

/**
 * Bytes that onnxruntime on wasm grew to beyond the weights, for each byte beyond the weights on a GPU in fp32, by
 * size: from the card of the default model, as `npm run measure` measured it. It falls with the size, since
 * the runtime itself and its copies of weights count less and less.
 */
const WASM_FOR_GPU: readonly { size: number; ratio: number }[] = [
  { size: 0, ratio: 6.75 },
  { size: 256, ratio: 5.91 },
  { size: 384, ratio: 5.36 },
  { size: 512, ratio: 4.76 },
  { size: 768, ratio: 3.86 },
  { size: 1024, ratio: 3.18 },
];
/**
 * Networks of other widths differ from that, and too much is better than too little: of the shapes of DDColor-tiny
 * 286, 343, 494 and 709 MB were measured at 128, 256, 384 and 512, and 342, 457, 612 and 820 MB are reckoned.
 */
const WASM_MARGIN = 1.05;

/**
 * What a run takes on any GPU, pictures included: it follows from the plan of the network's buffers.
 * @param tileRows rows of the output that are made in one submission.
 */
export function gpuFootprint(
  table: readonly WeightTensor[],
  network: ModelCard['network'],
  variant: Variant,
  width: number,
  height: number,
  tileRows = height,
): Omit<Footprint, 'size'> {
  const weights = new DdcolorWeights(shapesOf(table), network.chromaScale);
  const { program } = ddcolor(weights, width, height, network.gray, tileRows);
  const buffers = planBuffers(program, variant).sizes;
  const slabs = planSlabs(weightBytes(program, variant)).sizes;
  const weightBytesHeld = sum(slabs);
  const uniforms = UNIFORM_BYTES * program.steps.length;
  return {
    peakBytes: weightBytesHeld + sum(buffers) + uniforms + PICTURE_BYTES * width * height,
    largestBufferBytes: Math.max(...buffers, ...slabs),
    weightBytes: weightBytesHeld,
    macs: program.macs,
  };
}

/**
 * The memory of a card for a model that nobody has measured: exact on GPUs; on wasm reckoned from what the
 * default model was measured to take. A model without int8 weights has no variants that keep them.
 * @param offered sizes of its card.
 */
export function footprintsOf(
  table: readonly WeightTensor[],
  network: ModelCard['network'],
  offered: readonly number[],
): ModelCard['memory'] {
  const sizes = [...new Set([...offered, ...RECKONED_SIZES])].sort((a, b) => a - b);
  const rowsOf = (variant: Variant) =>
    neverFalling(
      sizes.map((size) => ({ size, ...gpuFootprint(table, network, variant, size, size) })),
    );
  const hasInt8 = table.some(({ encoding }) => encoding === 'int8-per-channel');
  const fp32 = rowsOf('fp32');
  return {
    measuredWith: 'Reckoned: on GPUs from the plan of buffers, on wasm from the default model.',
    wasm: neverFalling(fp32.map((row) => wasmFootprint(table, row))),
    fp32,
    fp16: rowsOf('fp16'),
    ...(hasInt8 && { int8: rowsOf('int8'), 'int8-fp16': rowsOf('int8-fp16') }),
  };
}

function wasmFootprint(table: readonly WeightTensor[], onGpu: Footprint): Footprint {
  const { size, macs } = onGpu;
  const weights = sum(table.map(({ materialised }) => materialised.byteLength));
  const { ratio } = WASM_FOR_GPU.findLast((row) => row.size <= size)!;
  const peakBytes = WASM_MARGIN * (weights + ratio * (onGpu.peakBytes - onGpu.weightBytes));
  return {
    size,
    peakBytes: Math.round(peakBytes),
    largestBufferBytes: 0,
    weightBytes: weights,
    macs,
  };
}

/** Greedy plans may take a few bytes less at a larger size; a card says that they never do. */
function neverFalling(rows: readonly Footprint[]): Footprint[] {
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
