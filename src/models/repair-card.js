import * as v from 'valibot';
import { parse } from './card.ts';
import { aboutModel, count, structureFile, weights } from './card-fields.ts';
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const steps = v.pipe(count, v.minValue(1), v.maxValue(50));
/** Of a U-Net: channels and blocks at strides 2, 4, 8, …; heads of its attention, 0 where it has none. */
const unet = v.object({
    widths: v.pipe(v.array(v.pipe(count, v.minValue(4), v.maxValue(4096))), v.minLength(2), v.maxLength(8)),
    blocks: v.pipe(v.array(v.pipe(count, v.minValue(1), v.maxValue(64))), v.minLength(2), v.maxLength(8)),
    heads: v.pipe(count, v.maxValue(64)),
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
        /** Sides of a tile are multiples of it. */
        multiple: v.pipe(count, v.minValue(4), v.maxValue(256)),
    }),
    /** The same networks for onnxruntime on wasm: structure only. */
    onnx: v.object({ detect: structureFile, restore: structureFile }),
    weights,
    /** What suits this detector; see `maskOfMap`. */
    detection: v.object({ sensitivity: share }),
    /** Steps of sampling from noise alone; fewer where a coarser pass has begun. */
    sampling: v.object({ draft: steps, final: steps }),
    /** For people who read the card; nothing here does. */
    metrics: v.record(v.string(), v.unknown()),
});
/** Checks a card from anywhere. @throws {AppError} `model/incompatible` naming the field. */
export function parseRepairCard(data) {
    return parse(repairCardSchema, data, 'repair model’s card');
}
