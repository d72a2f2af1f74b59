import { folderOf, readArchive, verifiedFile } from '../models/archive.ts';
import { ownersIn } from '../models/owners.ts';
import { assertRoom } from '../models/room.ts';
import { AppError, throwIfAborted } from '../shared/errors.ts';
import { TransferMeter } from '../shared/transfer.ts';
import { addModel } from './add-model.ts';
import type { Jobs } from './jobs.ts';
import type { Progress } from './protocol.ts';
import type { BroughtModels } from './storage-protocol.ts';
import type { Workshop } from './workshop.ts';

/**
 * Takes models from a file that was saved on another machine. Of those that ship only the names of files in our own
 * cards count, and each content is verified; all others are models from outside, and go the way of those: checked,
 * tried, then kept.
 * @throws {AppError} any code; models that were taken before it stay.
 */
export async function bringModels(
  workshop: Workshop,
  jobs: Jobs,
  file: Blob,
  tell: (progress: Progress) => unknown,
  signal: AbortSignal,
): Promise<BroughtModels> {
  const { library, store } = workshop.equipment;
  const archive = await readArchive(file);
  const names: string[] = [];
  const ships = (await ownersIn(library)).filter((owner) => owner.ships);
  const wanted = new Map(
    ships.flatMap(({ files }) => files.map((one) => [one.sha256, one] as const)),
  );
  const found = [...wanted.values()].filter(({ sha256 }) => archive.files.has(sha256));
  await assertRoom('What is in this file', found, [store], await estimate());
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const meter = new TransferMeter(total, ({ loadedBytes, totalBytes }) => {
    void tell({ stage: 'check', loadedBytes, totalBytes });
  });
  for (const { sha256, bytes } of found) {
    throwIfAborted(signal);
    const verified = await verifiedFile(archive, sha256);
    if (verified) await store.put(sha256, verified);
    meter.skip(bytes);
  }
  for (const { name, files } of ships) {
    if (files.every(({ sha256 }) => archive.files.has(sha256))) names.push(name);
  }
  for (const card of archive.cards) {
    const offer = { kind: 'folder', name: card.name, files: folderOf(archive, card) } as const;
    names.push((await addModel(workshop, jobs, offer, tell, signal)).name);
  }
  if (names.length > 0 || found.length > 0) return { names };
  throw new AppError(
    'model/incompatible',
    'This file holds no model that this version of the page knows.',
  );
}

function estimate(): Promise<StorageEstimate> {
  return navigator.storage.estimate().catch(() => ({}));
}
