import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import { dropArrivals } from './arrivals.ts';
import {
  filesOf,
  parseKeptCard,
  type ModelCard,
  type ModelFileNames,
  type NamedFiles,
} from './card.ts';
import { shippedModels, shippedTool, shippedTools } from './catalogue.ts';
import { keptFiles } from './file-sources.ts';
import { Model, type ModelFiles } from './model.ts';
import type { ContentStore } from './store.ts';

/** The document that lists the added models. */
const SHELF = 'added-models';
/** The document that lists files which are being kept for a model that is not on the list yet. */
const UNFINISHED = 'unfinished-model';
/** Held while the list is changed, so that two tabs do not undo each other. */
const LOCK = 'autochrome-added-models';

const originSchema = v.object({
  kind: v.picklist(['folder', 'file', 'address']),
  name: v.string(),
});

/** Where an added model came from: the name of a folder or file, or the address of a card or file. */
export type ModelOrigin = v.InferOutput<typeof originSchema>;

/** A model that can be used; its origin is null where it ships with the program. */
export type KnownModel = { model: Model; origin: ModelOrigin | null };

/** An added model as the list has it. */
type Shelved = { card: ModelCard; origin: ModelOrigin };

/**
 * The models that can be used: those that ship, and those that the visitor added. The files of these are kept
 * by their content beside the others', the list of them as a document, read anew at each use: another tab may
 * have changed it.
 */
export class ModelLibrary {
  readonly #catalogue: URL;
  readonly #store: ContentStore;
  #shipped: Promise<[Model, ...Model[]]> | null = null;
  readonly #tools = new Map<string, Promise<Model<ModelFileNames>>>();
  #hasSwept = false;

  /** @param catalogue address of the shipped models' `catalogue.json`. */
  constructor(catalogue: URL, store: ContentStore) {
    this.#catalogue = catalogue;
    this.#store = store;
  }

  /** The models that ship, the default first; shared, so no caller's signal ends it. @throws {AppError} `model/*`, `net/*`. */
  shipped(): Promise<[Model, ...Model[]]> {
    const shipped = (this.#shipped ??= shippedModels(this.#catalogue, this.#store));
    shipped.catch(() => (this.#shipped = null));
    return shipped;
  }

  /**
   * The model that ships for a task other than colouring; shared, as {@link shipped}.
   * @param parse checks its card.
   * @throws {AppError} `model/not-found` where none ships; `model/*`, `net/*`.
   */
  tool<Card extends ModelFileNames>(
    task: string,
    parse: (data: unknown) => Card,
  ): Promise<Model<Card>> {
    const held = this.#tools.get(task) as Promise<Model<Card>> | undefined;
    const tool = held ?? shippedTool(this.#catalogue, this.#store, task, parse);
    this.#tools.set(task, tool);
    tool.catch(() => this.#tools.delete(task));
    return tool;
  }

  /** What ships for other tasks, by name and files. @throws {AppError} as {@link shipped}. */
  tools(): Promise<NamedFiles[]> {
    return shippedTools(this.#catalogue, this.#store);
  }

  /** All models: the default, what else ships, then the added ones by age. @throws {AppError} as {@link shipped}. */
  async all(): Promise<[KnownModel, ...KnownModel[]]> {
    const [first, ...others] = await this.shipped();
    // Not waited for: another tab may be adding one.
    void this.#sweepOnce();
    const ship = (model: Model): KnownModel => ({ model, origin: null });
    const added = (await this.#shelf()).map(({ card, origin }) => ({
      model: new Model(card, keptFiles(card.name, this.#store)),
      origin,
    }));
    return [ship(first), ...others.map(ship), ...added];
  }

  /** The model of an id, or the default where there is none (any more). @throws {AppError} as {@link shipped}. */
  async find(id: string | undefined): Promise<Model> {
    const models = (await this.all()).map(({ model }) => model);
    return models.find(({ card }) => card.id === id) ?? models[0]!;
  }

  /**
   * Keeps a model for this visit and the next ones; one of the same id, whose content is the same, is replaced.
   * @param files all of its files, verified.
   * @throws {AppError} `store/quota`, `store/denied` where the browser does not keep all of it; nothing is
   *   changed then.
   */
  async keep(card: ModelCard, origin: ModelOrigin, files: ModelFiles): Promise<void> {
    await navigator.locks.request(LOCK, async () => {
      await this.#sweep();
      const others = (await this.#records()).filter((record) => idOf(record) !== card.id);
      const missing = new Set<string>();
      for (const sha256 of files.keys()) {
        if (!(await this.#store.get(sha256))) missing.add(sha256);
      }
      try {
        if (!(await this.#store.remember(UNFINISHED, [...missing])))
          throw notKept(this.#store, card);
        for (const [sha256, file] of files) {
          // What another model has for this visit only is kept now, too.
          const isKept = !missing.has(sha256) && this.#store.keeps(sha256);
          if (!isKept) await this.#store.put(sha256, file);
          if (!this.#store.keeps(sha256)) throw notKept(this.#store, card);
        }
        const shelf = [...others, { card, origin }];
        if (!(await this.#store.remember(SHELF, shelf))) throw notKept(this.#store, card);
      } catch (error) {
        await this.#store.remove(missing);
        throw error;
      }
      await this.#store.remember(UNFINISHED, []);
    });
  }

  /**
   * Forgets an added model, and its files but for those that another model has too.
   * @throws {AppError} `store/quota`, `store/denied` where the list cannot be changed; nothing is, then.
   */
  async remove(id: string): Promise<void> {
    await navigator.locks.request(LOCK, async () => {
      const records = await this.#records();
      const removed = records.flatMap(readShelved).find(({ card }) => card.id === id);
      if (!removed) return;
      const others = records.filter((record) => idOf(record) !== id);
      if (!(await this.#store.remember(SHELF, others))) throw notChanged(this.#store);
      const own = filesOf(removed.card).map(({ sha256 }) => sha256);
      const shipped = await this.shipped().catch(() => []);
      await this.#removeUnused(own, shipped);
    });
  }

  /** Where it fails, as where the browser refuses locks, a later call does it. */
  async #sweepOnce(): Promise<void> {
    if (this.#hasSwept) return;
    this.#hasSwept = true;
    try {
      await dropArrivals();
      await navigator.locks.request(LOCK, () => this.#sweep());
    } catch {
      this.#hasSwept = false;
    }
  }

  /** Drops what a worker was keeping when it was ended: no model that is listed has it. */
  async #sweep(): Promise<void> {
    const left = v.safeParse(v.array(v.string()), await this.#store.recall(UNFINISHED));
    if (!left.success || left.output.length === 0) return;
    await this.#removeUnused(left.output, await this.shipped());
    await this.#store.remember(UNFINISHED, []);
  }

  async #removeUnused(hashes: readonly string[], shipped: readonly Model[]): Promise<void> {
    const cards = [...(await this.#shelf()), ...shipped].map(({ card }) => card);
    const used = new Set(cards.flatMap(filesOf).map(({ sha256 }) => sha256));
    await this.#store.remove(hashes.filter((sha256) => !used.has(sha256)));
  }

  /** What cannot be read, as when it was written by a later version, is not listed; it stays where it is. */
  async #shelf(): Promise<Shelved[]> {
    return (await this.#records()).flatMap(readShelved);
  }

  async #records(): Promise<unknown[]> {
    const kept = await this.#store.recall(SHELF);
    return Array.isArray(kept) ? kept : [];
  }
}

function idOf(record: unknown): string | null {
  return readShelved(record)[0]?.card.id ?? null;
}

function readShelved(data: unknown): Shelved[] {
  const record = v.safeParse(v.object({ card: v.unknown(), origin: originSchema }), data);
  if (!record.success) return [];
  try {
    return [{ card: parseKeptCard(record.output.card), origin: record.output.origin }];
  } catch {
    return [];
  }
}

function notKept({ problem }: ContentStore, { name }: ModelCard): AppError {
  return problem === 'quota'
    ? new AppError('store/quota', `This browser has no room left to keep ${name}.`)
    : new AppError(
        'store/denied',
        'This browser does not let the page keep files, so no model can be added.',
      );
}

function notChanged({ problem }: ContentStore): AppError {
  const why = problem === 'quota' ? 'there is no room left' : 'it keeps no files';
  return new AppError(
    problem === 'quota' ? 'store/quota' : 'store/denied',
    `This browser could not change the list of models: ${why}.`,
  );
}
