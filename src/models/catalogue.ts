import { AppError } from '../shared/errors.ts';
import {
  parseCard,
  parseCatalogue,
  parseNamedFiles,
  type ModelFileNames,
  type NamedFiles,
} from './card.ts';
import { fetchJson } from './download.ts';
import { fetchedFiles } from './file-sources.ts';
import { Model } from './model.ts';
import type { ContentStore } from './store.ts';

/**
 * The model that the catalogue names as the default. Without a network the catalogue and the card that were
 * last read stand in.
 * @param catalogue address of `catalogue.json`; cards and files are relative to it and to the card.
 * @throws {AppError} `model/not-found`, `model/incompatible`, `net/*`.
 */
export async function defaultModel(catalogue: URL, store: ContentStore): Promise<Model> {
  const [first] = await shippedModels(catalogue, store);
  return first;
}

/**
 * Every model of the catalogue, the default first. One of the others whose card cannot be read is left out.
 * @throws {AppError} as {@link defaultModel}.
 */
export async function shippedModels(
  catalogue: URL,
  store: ContentStore,
): Promise<[Model, ...Model[]]> {
  const { models, default: first } = await readDocument(catalogue, store, parseCatalogue);
  const entry = models.find(({ id }) => id === first);
  if (!entry) throw new AppError('model/not-found', `There is no model named ${first}.`);
  const read = async (card: string) => {
    const address = new URL(card, catalogue);
    return new Model(await readDocument(address, store, parseCard), fetchedFiles(address, store));
  };
  const others = models.filter((model) => model !== entry);
  const [preferred, ...rest] = await Promise.all([
    read(entry.card),
    ...others.map(({ card }) => read(card).catch(() => null)),
  ]);
  return [preferred, ...rest.filter((model) => model !== null)];
}

/**
 * The first model of the catalogue for a task other than colouring.
 * @param parse checks its card.
 * @throws {AppError} `model/not-found` where none ships; else as {@link defaultModel}.
 */
export async function shippedTool<Card extends ModelFileNames>(
  catalogue: URL,
  store: ContentStore,
  task: string,
  parse: (data: unknown) => Card,
): Promise<Model<Card>> {
  const { tools } = await readDocument(catalogue, store, parseCatalogue);
  const entry = tools.find((tool) => tool.task === task);
  if (!entry)
    throw new AppError('model/not-found', `No model for the task ${task} came with this page.`);
  const address = new URL(entry.card, catalogue);
  return new Model(await readDocument(address, store, parse), fetchedFiles(address, store));
}

/** What every model that ships for another task is called, and its files. @throws {AppError} as {@link defaultModel}. */
export async function shippedTools(catalogue: URL, store: ContentStore): Promise<NamedFiles[]> {
  const { tools } = await readDocument(catalogue, store, parseCatalogue);
  const read = ({ card }: { card: string }) =>
    readDocument(new URL(card, catalogue), store, parseNamedFiles).catch(() => null);
  return (await Promise.all(tools.map(read))).filter((tool) => tool !== null);
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
