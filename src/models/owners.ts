import { filesOf, type ContentFile } from './card.ts';
import type { ModelLibrary } from './library.ts';
import type { ContentStore } from './store.ts';

/** A model of any task as an owner of files. */
export type Owner = { id: string; name: string; ships: boolean; files: ContentFile[] };

/** Every model that this version knows. @throws {AppError} `model/*`, `net/*`. */
export async function ownersIn(library: ModelLibrary): Promise<Owner[]> {
  const tools = (await library.tools()).map((card) => ({ card, ships: true }));
  const models = (await library.all()).map(({ model, origin }) => ({
    card: model.card,
    ships: origin === null,
  }));
  return [...models, ...tools].map(({ card, ships }) => ({
    id: card.id,
    name: card.name,
    ships,
    files: filesOf(card),
  }));
}

/** Files that are kept, of an owner and of no other: what forgetting it frees. */
export function ownFiles(owner: Owner, owners: readonly Owner[]): string[] {
  const others = owners.filter((other) => other !== owner).flatMap(({ files }) => files);
  const shared = new Set(others.map(({ sha256 }) => sha256));
  return owner.files.map(({ sha256 }) => sha256).filter((sha256) => !shared.has(sha256));
}

/** Kept files that no owner has. */
export async function strayFiles(
  store: ContentStore,
  owners: readonly Owner[],
): Promise<Map<string, number>> {
  const known = new Set(owners.flatMap(({ files }) => files.map(({ sha256 }) => sha256)));
  return new Map([...(await store.sizes())].filter(([sha256]) => !known.has(sha256)));
}
