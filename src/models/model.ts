import type { ContentFile, GraphName, ModelCard } from './card.ts';
import { parseCard, parseCatalogue } from './card.ts';
import type { TransferProgress } from '../shared/transfer.ts';
import { bringFiles, fetchJson } from './download.ts';
import type { ContentStore } from './store.ts';
import { materialise, parseWeightTable, type Precision } from './weights.ts';
import { AppError } from '../shared/errors.ts';

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

  /** Whether a run of a precision would fetch nothing. */
  async isHere(precision: Precision): Promise<boolean> {
    for (const file of this.#files(precision)) {
      if (!(await this.#store.get(file.sha256))) return false;
    }
    return true;
  }

  /**
   * Brings what a precision needs: shards, table and graphs. All of it together is one download for
   * every precision, but for the small graph files.
   * @throws {AppError} as {@link bringFiles}.
   */
  bring(precision: Precision, options: BringOptions = {}): Promise<Map<string, Blob>> {
    return bringFiles(this.#files(precision), this.#base, this.#store, options);
  }

  /** A graph's structure, without weights, as ONNX bytes. `files` is what {@link bring} answered. */
  async graph(files: Map<string, Blob>, precision: Precision, name: GraphName): Promise<Uint8Array> {
    return bytesOf(files, this.#variant(precision).graphs[name]);
  }

  /** The weights that a graph refers to, made from the int8 shards. */
  async weights(
    files: Map<string, Blob>,
    precision: Precision,
    name: GraphName,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { tensors: table, shards } = this.card.weights;
    const text = new TextDecoder().decode(await bytesOf(files, table));
    const joined = new Blob(shards.map((shard) => fileOf(files, shard)));
    const stream = await readBlob(joined);
    const tensors = parseWeightTable(JSON.parse(text), stream.byteLength);
    try {
      return materialise(tensors, stream, name, precision);
    } catch (cause) {
      throw new AppError('memory/exhausted', 'The page has no memory left for the network.', { cause });
    }
  }

  #variant(precision: Precision) {
    const variant = this.card.variants[precision];
    if (!variant) {
      throw new AppError('model/incompatible', `${this.card.name} has no variant ${precision}.`);
    }
    return variant;
  }

  #files(precision: Precision): ContentFile[] {
    const { graphs } = this.#variant(precision);
    return [graphs.encode, graphs.paint, this.card.weights.tensors, ...this.card.weights.shards];
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
    const kept = error instanceof AppError && error.code.startsWith('net/')
      ? await store.recall(address.href)
      : null;
    if (kept === null) throw error;
    return parse(kept);
  }
}

function fileOf(files: Map<string, Blob>, file: ContentFile): Blob {
  const blob = files.get(file.sha256);
  if (!blob) throw new AppError('model/not-found', `The file ${file.file} of the model is missing.`);
  return blob;
}

async function bytesOf(
  files: Map<string, Blob>,
  file: ContentFile,
): Promise<Uint8Array<ArrayBuffer>> {
  return readBlob(fileOf(files, file));
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
