import * as v from 'valibot';
import { parse } from './card.ts';
import { aboutModel, count, structureFile, weights } from './card-fields.ts';

const channels = v.pipe(count, v.minValue(4), v.maxValue(4096), v.multipleOf(4));
const depth = v.pipe(count, v.minValue(1), v.maxValue(64));
/** How one mode draws. The noise at the start is multiplied by the temperature. */
const mode = v.object({
  steps: v.pipe(count, v.minValue(1), v.maxValue(50)),
  temperature: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1.5)),
});

const recolourCardSchema = v.object({
  schema: v.literal(1),
  ...aboutModel,
  task: v.literal('recolour'),
  network: v.object({
    /** Of the encoder's feature map. */
    features: channels,
    /** At a quarter, an eighth and a sixteenth of the photograph's sides. */
    dims: v.tuple([channels, channels, v.pipe(channels, v.multipleOf(32))]),
    conditionDepths: v.tuple([depth, depth, depth]),
    depths: v.tuple([depth, depth, depth]),
    /** Of the coarsest blocks, so many are followed by self-attention. */
    attentions: v.pipe(count, v.maxValue(64)),
    /** Channels of the time's code. */
    embedding: channels,
    /** Lab ab is this times the head's. */
    chromaScale: v.pipe(v.number(), v.minValue(1), v.maxValue(128)),
  }),
  /** The one DDColor that it was trained on: its id, and the SHA-256 of each of its shards, in order. */
  encoder: v.object({
    id: v.pipe(v.string(), v.maxLength(60)),
    shards: v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
      v.minLength(1),
      v.maxLength(4096),
    ),
  }),
  /** The same networks for onnxruntime on wasm: structure only. */
  onnx: v.object({ condition: structureFile, velocity: structureFile }),
  weights,
  sampling: v.object({
    draft: mode,
    final: mode,
    /** More than 1 spends more steps on much noise; see `flowShift`. */
    shift: v.pipe(v.number(), v.minValue(0.1), v.maxValue(20)),
    /** Guidance where nothing else is asked. */
    vividness: v.pipe(v.number(), v.minValue(1), v.maxValue(3)),
  }),
  /** What is drawn is multiplied by the gain, as a coloriser's ab are by its own. */
  output: v.object({ chromaGain: v.pipe(v.number(), v.minValue(0.5), v.maxValue(2)) }),
  /** For people who read the card; nothing here does. */
  metrics: v.record(v.string(), v.unknown()),
});

/** What a model that draws several colourings says of itself; see models/README.md. */
export type RecolourCard = v.InferOutput<typeof recolourCardSchema>;
/** Sizes of its two networks. */
export type RecolourSizes = RecolourCard['network'];

/** Checks a card from anywhere. @throws {AppError} `model/incompatible` naming the field. */
export function parseRecolourCard(data: unknown): RecolourCard {
  return parse(recolourCardSchema, data, 'card of several colourings');
}
