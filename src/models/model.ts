import type { TransferProgress } from '../shared/transfer.ts';
import { AppError } from '../shared/errors.ts';
import {
  filesOf,
  weightFilesOf,
  type ContentFile,
  type ModelCard,
  type ModelFileNames,
} from './card.ts';
import { materialise, parseWeightTable, type WeightTensor } from './weights.ts';

/** Where a network runs: on the GPU by kernels of our own, or by onnxruntime on wasm. */
export type Backend = 'webgpu' | 'wasm';

/** What {@link Model.bring} brought, by SHA-256. */
export type ModelFiles = Map<string, Blob>;

export type BringOptions = {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
};

/** Where a model's files are. */
export type FileSource = {
  /** Brings files, verified. @throws {AppError} `net/*`, `model/*`, `job/aborted`. */
  bring(files: readonly ContentFile[], options: BringOptions): Promise<ModelFiles>;
  /** Whether bringing them would fetch nothing. */
  isHere(files: readonly ContentFile[]): Promise<boolean>;
};

/** A model whose card is known; its files come when a run first needs them. A colouriser unless another card is named. */
export class Model<Card extends ModelFileNames = ModelCard> {
  readonly card: Card;
  readonly #source: FileSource;

  constructor(card: Card, source: FileSource) {
    this.card = card;
    this.#source = source;
  }

  /** Whether a run on a backend would fetch nothing. */
  isHere(backend: Backend): Promise<boolean> {
    return this.#source.isHere(this.#files(backend));
  }

  /**
   * Brings what a backend needs: shards and table for both, and the graphs for onnxruntime on wasm.
   * @throws {AppError} `net/*`, `model/not-found`, `model/integrity`, `job/aborted`.
   */
  bring(backend: Backend, options: BringOptions = {}): Promise<ModelFiles> {
    return this.#source.bring(this.#files(backend), options);
  }

  /**
   * Brings the first of the model's files that is not here, so that others can come between.
   * @returns bytes that are still missing then.
   * @throws {AppError} as {@link bring}.
   */
  async bringNext(): Promise<number> {
    const missing: ContentFile[] = [];
    for (const file of filesOf(this.card)) {
      if (!(await this.#source.isHere([file]))) missing.push(file);
    }
    const [next, ...others] = missing;
    if (next) await this.#source.bring([next], {});
    return others.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Brings only the table of weights, from which networks are planned. @throws {AppError} as {@link bring}. */
  bringTable(options: Pick<BringOptions, 'signal'> = {}): Promise<ModelFiles> {
    return this.#source.bring([this.card.weights.tensors], options);
  }

  /** A graph's structure, without weights, as ONNX bytes. */
  graph(files: ModelFiles, name: keyof Card['onnx'] & string): Promise<Uint8Array> {
    const onnx: ModelFileNames['onnx'] = this.card.onnx;
    return readBlob(fileOf(files, onnx[name]!));
  }

  /** The fp32 weights that a graph refers to, made from the shards. @throws {AppError} `memory/exhausted`. */
  async graphWeights(
    files: ModelFiles,
    name: keyof Card['onnx'] & string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { table, stream } = await this.stored(files);
    try {
      return materialise(table, stream, name);
    } catch (cause) {
      throw new AppError('memory/exhausted', 'The page has no memory left for the network.', {
        cause,
      });
    }
  }

  /** The table of weights. @throws {AppError} `model/incompatible`. */
  async weightTable(files: ModelFiles): Promise<WeightTensor[]> {
    return readTable(this.card.weights, files);
  }

  /** The weights as they were downloaded, and their table. @throws {AppError} `model/*`, `store/denied`. */
  stored(files: ModelFiles): Promise<StoredWeights> {
    return readWeights(this.card.weights, files);
  }

  #files(backend: Backend): ContentFile[] {
    return backend === 'wasm' ? filesOf(this.card) : weightFilesOf(this.card);
  }
}

/** Weights as they were downloaded: the shards joined, and where each lies in them. */
type StoredWeights = { table: WeightTensor[]; stream: Uint8Array<ArrayBuffer> };

/** Reads the weights that a card names. @throws {AppError} `model/*`, `store/denied`. */
export async function readWeights(
  weights: ModelCard['weights'],
  files: ModelFiles,
): Promise<StoredWeights> {
  const table = await readTable(weights, files);
  const stream = await readBlob(new Blob(weights.shards.map((shard) => fileOf(files, shard))));
  return { table, stream };
}

async function readTable(
  { tensors, bytes }: ModelCard['weights'],
  files: ModelFiles,
): Promise<WeightTensor[]> {
  return parseWeightTable(await readJson(fileOf(files, tensors)), bytes);
}

function fileOf(files: ModelFiles, file: ContentFile): Blob {
  const blob = files.get(file.sha256);
  if (!blob)
    throw new AppError('model/not-found', `The file ${file.file} of the model is missing.`);
  return blob;
}

async function readJson(blob: Blob): Promise<unknown> {
  const text = new TextDecoder().decode(await readBlob(blob));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('model/incompatible', 'The table of weights is not JSON.', { cause });
  }
}

/** The bytes of kept files; what they fail with has nothing to do with where the network runs. */
async function readBlob(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new AppError('store/denied', 'The model that this browser keeps could not be read.', {
      cause,
    });
  }
}
