import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import {
  aboutModel,
  contentFile,
  count,
  line,
  passage,
  relativePath,
  structureFile,
  weights,
} from './card-fields.ts';

const finite = v.pipe(v.number(), v.finite());
const pair = v.tuple([finite, finite]);

const tensorPort = v.object({
  name: line,
  /** Numbers are fixed, names are free dimensions. */
  shape: v.pipe(v.array(v.union([count, line])), v.maxLength(8)),
  dtype: v.literal('float32'),
  unit: passage,
  range: v.optional(v.tuple([v.number(), v.number()])),
});
const ports = v.pipe(v.array(tensorPort), v.maxLength(16));
const graphPorts = v.object({ inputs: ports, outputs: ports });

/** Side of the square whose area the network sees. */
const side = v.pipe(count, v.minValue(32), v.maxValue(4096));

const footprint = v.object({
  size: side,
  peakBytes: count,
  largestBufferBytes: count,
  weightBytes: count,
  /** Multiply–accumulates of one run. */
  macs: count,
});

/** Measured footprints by rising size; memory that fell with the size would be extrapolated to nothing. */
const footprints = v.pipe(
  v.array(footprint),
  v.minLength(1),
  v.check(
    (rows) =>
      rows.every((row, i) => {
        const before = rows[i - 1];
        return (
          !before ||
          (row.size > before.size &&
            row.peakBytes >= before.peakBytes &&
            row.largestBufferBytes >= before.largestBufferBytes)
        );
      }),
    'Sizes must rise, and bytes must not fall with them',
  ),
);

/** Measured bytes of a run. A model without int8 weights has no variants that keep them. */
const memory = v.object({
  measuredWith: v.string(),
  wasm: footprints,
  fp32: footprints,
  fp16: footprints,
  int8: v.optional(footprints),
  'int8-fp16': v.optional(footprints),
});

const cardSchema = v.object({
  schema: v.literal(1),
  ...aboutModel,
  task: v.literal('colorize'),
  sizes: v.object({
    multiple: v.literal(32),
    offered: v.pipe(v.array(side), v.minLength(1), v.maxLength(16)),
    preview: side,
    wished: v.object({ auto: side, people: side, buildings: side }),
  }),
  /** Two numbers of `paint` that are no weights: ab = network + slope · gray + offset, in Lab units. */
  network: v.object({
    architecture: v.literal('ddcolor'),
    /** The folded query maps are multiplied by it. */
    chromaScale: finite,
    gray: v.object({ slope: pair, offset: pair }),
  }),
  graphs: v.object({ encode: graphPorts, paint: graphPorts }),
  /** The same network for onnxruntime on wasm: structure only. */
  onnx: v.object({ encode: structureFile, paint: structureFile }),
  /** The network's ab are multiplied by the gain: what is trained on mean errors is too cautious. */
  output: v.object({ chromaGain: v.pipe(v.number(), v.minValue(0.5), v.maxValue(2)) }),
  weights,
  memory,
  /** For people who read the card; nothing here does. */
  metrics: v.record(v.string(), v.unknown()),
});

/**
 * A card from outside: its own figures and graphs are not taken, so they may be absent. Metrics may be anything,
 * even what no browser can keep.
 */
const offeredCardSchema = v.omit(cardSchema, ['memory', 'metrics', 'graphs', 'onnx']);

/**
 * A card as the library keeps it. Its id has a dot, which no shipped one can have, and part of the hash of its
 * content behind that: it shadows nothing, and the same content has the same id.
 */
const keptCardSchema = v.object({
  ...cardSchema.entries,
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}\.[0-9a-f]{12}$/)),
});

const catalogueSchema = v.object({
  schema: v.literal(1),
  default: v.string(),
  models: v.array(v.object({ id: v.string(), card: relativePath })),
  /** Models that do something else than colour: no plan and no list of colourisers ever has one. */
  tools: v.optional(
    v.array(v.object({ task: v.string(), id: v.string(), card: relativePath })),
    [],
  ),
});

/** What cards of every task have: whose files are whose. */
const namedFilesSchema = v.object({
  id: aboutModel.id,
  name: aboutModel.name,
  onnx: v.record(v.string(), contentFile),
  weights,
});

/** A model of any task: what it is called, and its files. */
export type NamedFiles = v.InferOutput<typeof namedFilesSchema>;
/** What a model says of itself; see models/README.md. */
export type ModelCard = v.InferOutput<typeof cardSchema>;
/** What a model from outside says of itself, before it has been checked and measured. */
export type OfferedCard = v.InferOutput<typeof offeredCardSchema>;
/** A file of a model, named by its content. */
export type ContentFile = v.InferOutput<typeof contentFile>;
/** What names the files of a model of any task: its graphs by name, and its weights. */
export type ModelFileNames = {
  onnx: Readonly<Record<string, ContentFile>>;
  weights: ModelCard['weights'];
};
/** Memory of a run in one variant at one size, in bytes. */
export type Footprint = v.InferOutput<typeof footprint>;
export type Catalogue = v.InferOutput<typeof catalogueSchema>;
/** The two halves of DDColor. */
export type GraphName = 'encode' | 'paint';

/** Checks a card from anywhere. @throws {AppError} `model/incompatible` naming the field. */
export function parseCard(data: unknown): ModelCard {
  return parse(cardSchema, data, 'model card');
}

/** Checks a card from outside the program. @throws {AppError} `model/incompatible` naming the field. */
export function parseOfferedCard(data: unknown): OfferedCard {
  return parse(offeredCardSchema, data, 'model card');
}

/** Checks a card that the library has kept. @throws {AppError} `model/incompatible` naming the field. */
export function parseKeptCard(data: unknown): ModelCard {
  return parse(keptCardSchema, data, 'kept model card');
}

/** Checks of a card of any task only what names its files. @throws {AppError} `model/incompatible` naming the field. */
export function parseNamedFiles(data: unknown): NamedFiles {
  return parse(namedFilesSchema, data, 'model card');
}

/** Every file of a model. */
export function filesOf({ onnx, weights }: ModelFileNames): ContentFile[] {
  return [...Object.values(onnx), ...weightFilesOf({ weights })];
}

/** The files of its weights: all that a GPU needs, and all that is taken of a model from outside. */
export function weightFilesOf({ weights }: Pick<ModelCard, 'weights'>): ContentFile[] {
  return [weights.tensors, ...weights.shards];
}

/** Checks a catalogue. @throws {AppError} `model/incompatible` naming the field. */
export function parseCatalogue(data: unknown): Catalogue {
  return parse(catalogueSchema, data, 'catalogue');
}

/** Checks what should be a document. @throws {AppError} `model/incompatible` naming the field. */
export function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  data: unknown,
  what: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue as v.BaseIssue<unknown>) ?? 'its root';
  throw new AppError(
    'model/incompatible',
    `The ${what} is not valid at ${path}: ${issue.message}.`,
  );
}
