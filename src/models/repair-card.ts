import * as v from 'valibot';
import { parse } from './card.ts';
import { aboutModel, count, structureFile, weights } from './card-fields.ts';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sampling = v.object({
  /** From noise alone; fewer where a coarser pass has begun. */
  steps: v.pipe(count, v.minValue(1), v.maxValue(50)),
  /** Mirrored views of a tile whose mean is taken. */
  views: v.picklist([1, 2, 4]),
});
/** Of a U-Net: channels and blocks at each size, of which each has half the sides; heads of its attention, 0: none. */
const unet = v.object({
  widths: v.pipe(
    v.array(v.pipe(count, v.minValue(4), v.maxValue(4096))),
    v.minLength(2),
    v.maxLength(8),
  ),
  blocks: v.pipe(
    v.array(v.pipe(count, v.minValue(1), v.maxValue(64))),
    v.minLength(2),
    v.maxLength(8),
  ),
  heads: v.pipe(count, v.maxValue(64)),
  /** Pixels a side of what the largest size has features for. */
  cell: v.picklist([1, 2]),
});

const repairCardSchema = v.object({
  schema: v.literal(1),
  ...aboutModel,
  task: v.literal('repair'),
  network: v.object({
    restorer: unet,
    detector: unet,
    /** Channels of the embedded noise level, and entries of its sine code. */
    time: v.pipe(count, v.minValue(4), v.maxValue(4096)),
    timeCode: v.literal(64),
    /** Sides of a tile are multiples of it. Interpolation halves them four times. */
    multiple: v.pipe(count, v.minValue(16), v.maxValue(256), v.multipleOf(16)),
  }),
  /** The same networks for onnxruntime on wasm: structure only. */
  onnx: v.object({ detect: structureFile, restore: structureFile }),
  weights,
  /** What suits this detector; see `maskOfMap`. */
  detection: v.object({ sensitivity: share }),
  sampling: v.object({ draft: sampling, final: sampling, sampled: sampling }),
  /** For people who read the card; nothing here does. */
  metrics: v.record(v.string(), v.unknown()),
});

/** What a model that finds and fills damage says of itself; see models/README.md. */
export type RepairCard = v.InferOutput<typeof repairCardSchema>;
/** How a mode samples. */
export type RepairSampling = RepairCard['sampling']['draft'];
/** Sizes of one of its two networks. */
export type UNetSizes = RepairCard['network']['restorer'];

/** Checks a card from anywhere. @throws {AppError} `model/incompatible` naming the field. */
export function parseRepairCard(data: unknown): RepairCard {
  return parse(repairCardSchema, data, 'repair model’s card');
}
