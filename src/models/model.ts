import type { ContentFile, GraphName, ModelCard } from './card.ts';
import { parseCard, parseCatalogue } from './card.ts';
import { bringFiles, fetchJson, type DownloadProgress } from './download.ts';
import type { ContentStore } from './store.ts';
import { materialise, parseWeightTable, type Precision } from './weights.ts';
import { AppError } from '../shared/errors.ts';

type BringOptions = {
  signal?: AbortSignal | undefined;
  onProgress?: (progress: DownloadProgress) => void;
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
   * Finds a model in a catalogue and reads its card.
   * @param catalogue address of `catalogue.json`; cards and files are relative to it and to the card.
   * @throws {AppError} `model/not-found`, `model/incompatible`, `net/*`.
   */
  static async find(
    catalogue: URL,
    store: ContentStore,
    signal?: AbortSignal,
    id?: string,
  ): Promise<Model> {
    const { models, default: first } = parseCatalogue(await fetchJson(catalogue, signal));
    const entry = models.find((model) => model.id === (id ?? first));
    if (!entry) throw new AppError('model/not-found', `There is no model named ${id ?? first}.`);
    const address = new URL(entry.card, catalogue);
    return new Model(parseCard(await fetchJson(address, signal)), address, store);
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
    const { tensors, shards } = this.card.weights;
    const table = JSON.parse(new TextDecoder().decode(await bytesOf(files, tensors))) as unknown;
    const joined = new Blob(shards.map((shard) => fileOf(files, shard)));
    const stream = new Uint8Array(await joined.arrayBuffer());
    return materialise(parseWeightTable(table, stream.byteLength), stream, name, precision);
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

function fileOf(files: Map<string, Blob>, file: ContentFile): Blob {
  const blob = files.get(file.sha256);
  if (!blob) throw new AppError('model/not-found', `The file ${file.file} of the model is missing.`);
  return blob;
}

async function bytesOf(files: Map<string, Blob>, file: ContentFile): Promise<Uint8Array> {
  return new Uint8Array(await fileOf(files, file).arrayBuffer());
}
