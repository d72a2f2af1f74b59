import type { ContentFile, GraphName, ModelCard } from './card.ts';
import { parseCard, parseCatalogue } from './card.ts';
import type { TransferProgress } from '../shared/transfer.ts';
import { bringFiles, fetchJson } from './download.ts';
import type { ContentStore } from './store.ts';
import { materialise, parseWeightTable, type WeightTensor } from './weights.ts';
import { AppError } from '../shared/errors.ts';

/** Where a network runs: on the GPU by kernels of our own, or by onnxruntime on wasm. */
export type Backend = 'webgpu' | 'wasm';

/** What {@link Model.bring} brought, by SHA-256. */
export type ModelFiles = Map<string, Blob>;

type BringOptions = {
  signal?: AbortSignal | undefined;
  onProgress?: (progress: TransferProgress) => void;
};

/** A model whose card is known; its files come when a run first needs them. */
export class Model {
  readonly card: ModelCard;
  readonly #base: URL;
  readonly #store: ContentStore;

  private constructor(card: ModelCard, base: URL, store: ContentStore) {
    this.card = card;
    this.#base = base;
    this.#store = store;
  }

  /**
   * Finds a model in a catalogue and reads its card. Without a network the catalogue and the card that
   * were last read stand in.
   * @param catalogue address of `catalogue.json`; cards and files are relative to it and to the card.
   * @throws {AppError} `model/not-found`, `model/incompatible`, `net/*`.
   */
  static async find(catalogue: URL, store: ContentStore, id?: string): Promise<Model> {
    const { models, default: first } = await readDocument(catalogue, store, parseCatalogue);
    const entry = models.find((model) => model.id === (id ?? first));
    if (!entry) throw new AppError('model/not-found', `There is no model named ${id ?? first}.`);
    const address = new URL(entry.card, catalogue);
    return new Model(await readDocument(address, store, parseCard), address, store);
  }

  /** Whether a run on a backend would fetch nothing. */
  async isHere(backend: Backend): Promise<boolean> {
    for (const file of this.#files(backend)) {
      if (!(await this.#store.get(file.sha256))) return false;
    }
    return true;
  }

  /**
   * Brings what a backend needs: shards and table for both, and the graphs for onnxruntime on wasm.
   * @throws {AppError} as {@link bringFiles}.
   */
  bring(backend: Backend, options: BringOptions = {}): Promise<ModelFiles> {
    return bringFiles(this.#files(backend), this.#base, this.#store, options);
  }

  /** Brings only the table of weights, from which networks are planned. @throws {AppError} as {@link bringFiles}. */
  bringTable(options: Pick<BringOptions, 'signal'> = {}): Promise<ModelFiles> {
    return bringFiles([this.card.weights.tensors], this.#base, this.#store, options);
  }

  /** A graph's structure, without weights, as ONNX bytes. */
  graph(files: ModelFiles, name: GraphName): Promise<Uint8Array> {
    return readBlob(fileOf(files, this.card.onnx[name]));
  }

  /** The fp32 weights that a graph refers to, made from the int8 shards. @throws {AppError} `memory/exhausted`. */
  async graphWeights(files: ModelFiles, name: GraphName): Promise<Uint8Array<ArrayBuffer>> {
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
    const { tensors, bytes } = this.card.weights;
    const text = new TextDecoder().decode(await readBlob(fileOf(files, tensors)));
    return parseWeightTable(JSON.parse(text), bytes);
  }

  /** The weights as they were downloaded, and their table. @throws {AppError} `model/*`, `store/denied`. */
  async stored(
    files: ModelFiles,
  ): Promise<{ table: WeightTensor[]; stream: Uint8Array<ArrayBuffer> }> {
    const table = await this.weightTable(files);
    const stream = await readBlob(new Blob(this.card.weights.shards.map((s) => fileOf(files, s))));
    return { table, stream };
  }

  #files(backend: Backend): ContentFile[] {
    const { onnx, weights } = this.card;
    const stored = [weights.tensors, ...weights.shards];
    return backend === 'wasm' ? [onnx.encode, onnx.paint, ...stored] : stored;
  }
}

/** Reads JSON from the network, else as it was last read. */
async function readDocument<T>(
  address: URL,
  store: ContentStore,
  parse: (data: unknown) => T,
): Promise<T> {
  try {
    const data = await fetchJson(address);
    const document = parse(data);
    await store.remember(address.href, data);
    return document;
  } catch (error) {
    const kept =
      error instanceof AppError && error.code.startsWith('net/')
        ? await store.recall(address.href)
        : null;
    if (kept === null) throw error;
    return parse(kept);
  }
}

function fileOf(files: ModelFiles, file: ContentFile): Blob {
  const blob = files.get(file.sha256);
  if (!blob)
    throw new AppError('model/not-found', `The file ${file.file} of the model is missing.`);
  return blob;
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
