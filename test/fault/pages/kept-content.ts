import { sha256Of } from '../../../src/models/integrity.ts';

/** What the engine keeps between visits, as the page's own scripts see it. */
const DATABASE = 'autochrome-content';
const STORE = 'files';

/** Empties everything: weights, cards, and what was learnt of the machine. */
export function forgetContent(): Promise<void> {
  return inStore(async (store) => void (await answered(store.clear())));
}

/** Forgets what was learnt of this machine, so that one run's failures do not move the next one's plan. */
export function forgetMachine(): Promise<void> {
  return inStore(async (store) => {
    const keys = await answered(store.getAllKeys());
    for (const key of keys) if (String(key).startsWith('document:adapter:')) store.delete(key);
  });
}

/** Forgets files by their names. */
export function forgetFiles(names: Iterable<string>): Promise<void> {
  return inStore(async (store) => {
    for (const name of names) await answered(store.delete(name));
  });
}

/** Whether any weights are kept. */
export function isContentKept(isShard = isLarge): Promise<boolean> {
  return inStore(async (store) => (await shardKeys(store, isShard)).length > 0);
}

/** Names of kept files whose content is not what their name says. */
export async function falseFiles(): Promise<string[]> {
  const kept = await inStore(async (store) => {
    const [keys, files] = [await answered(store.getAllKeys()), await answered(store.getAll())];
    return keys.map((key, i) => [String(key), files[i] as unknown] as const);
  });
  const files = kept.filter(([, file]) => file instanceof Blob) as [string, Blob][];
  const hashes = await Promise.all(files.map(([, file]) => sha256Of(file)));
  return files.map(([name]) => name).filter((name, i) => name !== hashes[i]);
}

/**
 * Damages one kept shard, as a disk does: a byte turned, the end gone, or nothing left.
 * @param share which of them, 0–1.
 * @param draw how, and where in it, 0–1.
 */
export async function damageShard(share: number, draw: number, isShard = isLarge): Promise<string> {
  const [key, kept] = await inStore(async (store) => {
    const keys = await shardKeys(store, isShard);
    const key = keys[Math.floor(share * keys.length)]!;
    return [key, (await answered(store.get(key))) as Blob] as const;
  });
  const at = Math.floor(draw * kept.size);
  const [damaged, words] = await damagedCopy(kept, at, draw);
  await inStore(async (store) => void (await answered(store.put(damaged, key))));
  return `${words} of ${kept.size} in shard ${String(key).slice(0, 8)}`;
}

async function damagedCopy(kept: Blob, at: number, draw: number): Promise<[Blob, string]> {
  if (draw < 0.1) return [new Blob([]), 'all bytes'];
  if (draw < 0.3) return [kept.slice(0, at), `bytes after ${at}`];
  const bytes = new Uint8Array(await kept.arrayBuffer());
  bytes[at]! ^= 0xff;
  return [new Blob([bytes]), `byte ${at}`];
}

/** Shards are the large ones of the shipped models' files; tables and graphs are smaller. */
function isLarge(_name: string, { size }: Blob): boolean {
  return size > 2 ** 19;
}

async function shardKeys(store: IDBObjectStore, isShard = isLarge): Promise<IDBValidKey[]> {
  const keys = await answered(store.getAllKeys());
  const files = (await answered(store.getAll())) as unknown[];
  return keys.filter((key, i) => {
    const file = files[i];
    return file instanceof Blob && isShard(String(key), file);
  });
}

/** Runs one transaction; a database that is not there yet is made as the engine makes it. */
async function inStore<T>(work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE));
  const database = await answered(opening);
  try {
    const transaction = database.transaction(STORE, 'readwrite');
    const done = new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => reject(transaction.error));
    });
    const result = await work(transaction.objectStore(STORE));
    await done;
    return result;
  } finally {
    database.close();
  }
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}
