import { writeArchive } from '../models/archive.ts';
import { parseOfferedCard } from '../models/card.ts';
import { ownersIn, ownFiles, strayFiles } from '../models/owners.ts';
import { dropPrograms, keptProgramBytes } from '../runtime/kept-program.ts';
import { AppError } from '../shared/errors.ts';
import type { Equipment } from './equipment.ts';
import type { Forgettable, KeptStorage } from './storage-protocol.ts';

/** What is kept, and of whom. @throws {AppError} `model/*`, `net/*`. */
export async function keptStorage({ library, store }: Equipment): Promise<KeptStorage> {
  const owners = await ownersIn(library);
  const sizes = await store.sizes();
  const models = owners.map(({ id, name, ships, files }) => ({
    id,
    name,
    ships,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    keptBytes: files.reduce((sum, { sha256 }) => sum + (sizes.get(sha256) ?? 0), 0),
  }));
  const strays = await strayFiles(store, owners);
  return {
    models,
    otherBytes: [...strays.values()].reduce((sum, bytes) => sum + bytes, 0),
    programBytes: await keptProgramBytes(),
  };
}

/** Forgets what is kept of a model, or what nobody needs. @throws {AppError} `model/*`, `net/*`, `store/*`. */
export async function forget({ library, store }: Equipment, what: Forgettable): Promise<void> {
  if (what === 'program') return dropPrograms();
  const owners = await ownersIn(library);
  if (what === 'others') return store.remove((await strayFiles(store, owners)).keys());
  const owner = owners.find(({ id }) => id === what.model);
  if (!owner) return;
  if (owner.ships) await store.remove(ownFiles(owner, owners));
  else await library.remove(owner.id);
}

/**
 * All models that are kept, as one file.
 * @throws {AppError} `model/not-found` where none is; `model/*`, `net/*`.
 */
export async function saveModels({ library, store }: Equipment): Promise<Blob> {
  const files = new Map<string, Blob>();
  for (const { files: own } of await ownersIn(library)) {
    for (const { sha256 } of own) {
      const kept = await store.get(sha256);
      if (kept) files.set(sha256, kept);
    }
  }
  if (files.size === 0) throw new AppError('model/not-found', 'No model is kept here yet.');
  const added = (await library.all()).filter(({ origin }) => origin !== null);
  // As they came from outside: where the file is read they are checked, and named, anew.
  const cards = added.map(({ model: { card } }) =>
    parseOfferedCard({ ...card, id: card.id.replace(/\.[0-9a-f]+$/, '') }),
  );
  return writeArchive({ files, cards });
}
