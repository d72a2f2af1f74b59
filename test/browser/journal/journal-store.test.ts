import { createStore, entries, get, keys, set } from 'idb-keyval';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { JournalStore } from '../../../src/journal/journal-store.ts';
import { MOST_ENTRIES } from '../../../src/journal/newest-first.ts';
import { drawnAttempt, drawnEntry, drawnMemory } from '../../support/run-entry.ts';

let database = '';
beforeEach(() => (database = `journal-${crypto.randomUUID()}`));
afterEach(() => void indexedDB.deleteDatabase(database));

const table = () => createStore(database, 'runs');
const names = (found: readonly JournalEntry[]) => found.map(({ name }) => name);

test('runs come back whole in the next life, newest first, without their names', async () => {
  const failed = drawnEntry({
    at: 1,
    outcome: 'failed',
    attempts: [
      drawnAttempt('gpu/out-of-memory', { detail: { bytes: 5, limits: { a: [1, 2] } } }),
      drawnAttempt('net/offline', { plan: null, ledger: null }),
    ],
  });
  const done = drawnEntry({ at: 2, attempts: [drawnAttempt(null, { ledger: drawnMemory() })] });
  const store = await JournalStore.open(database);
  await store.add(failed);
  await store.add(done);
  const next = await JournalStore.open(database);
  expect(next.isKept).toBe(true);
  expect(await next.entries()).toEqual([
    { ...done, name: null },
    { ...failed, name: null },
  ]);
});

test('only the last fifty are kept', async () => {
  const store = await JournalStore.open(database);
  for (let at = 0; at < MOST_ENTRIES + 3; at++) await store.add(drawnEntry({ at, attempts: [] }));
  expect(await keys(table())).toHaveLength(MOST_ENTRIES);
  const kept = (await store.entries()).map(({ at }) => at);
  expect([kept[0], kept.at(-1)]).toEqual([MOST_ENTRIES + 2, 3]);
});

test('what cannot be read as a run is ignored, and the others stand', async () => {
  const store = await JournalStore.open(database);
  const good = drawnEntry({ at: 7 });
  await store.add(good);
  const damaged = [
    'not a run',
    null,
    { ...good, attempts: 'none' },
    { ...good, at: Number.NaN },
    { ...good, outcome: 'splendid' },
    { ...good, attempts: [{ ...drawnAttempt(), ledger: { timeline: [{ ms: 0 }] } }] },
    { ...good, attempts: [drawnAttempt('gpu/on-fire' as 'gpu/failed')] },
  ];
  for (const [index, value] of damaged.entries()) await set(`run:00${index}`, value, table());
  await set('something else', good, table());
  await set(5, good, table());
  expect(await store.entries()).toEqual([{ ...good, name: null }]);
});

test('names are kept once that is asked for, and all forgotten when it is taken back', async () => {
  const store = await JournalStore.open(database);
  const [old, young] = [
    drawnEntry({ at: 1, name: 'old.jpg' }),
    drawnEntry({ at: 2, name: 'b.jpg' }),
  ];
  await store.add(old);
  await store.keepNames(true, [old]);
  await store.add(young);
  const next = await JournalStore.open(database);
  expect(next.keepsNames).toBe(true);
  expect(names(await next.entries())).toEqual(['b.jpg', 'old.jpg']);
  await next.keepNames(false, []);
  expect(names(await next.entries())).toEqual([null, null]);
  const raw = JSON.stringify(await entries(table()));
  expect(raw).not.toMatch(/old\.jpg|b\.jpg/);
  expect((await JournalStore.open(database)).keepsNames).toBe(false);
});

test('clearing forgets the runs, not whether names are kept', async () => {
  const store = await JournalStore.open(database);
  await store.keepNames(true, []);
  await store.add(drawnEntry());
  await store.clear();
  expect(await store.entries()).toEqual([]);
  expect(await get('keeps-names', table())).toBe(true);
});

test('where the browser refuses, nothing fails and nothing is kept', async () => {
  // What a browser does in a cross-site frame, or with storage turned off.
  const refusing = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('The user denied permission to access the database.', 'SecurityError');
  });
  const store = await JournalStore.open(database).finally(() => refusing.mockRestore());
  expect(store.isKept).toBe(false);
  await store.add(drawnEntry());
  await store.keepNames(true, []);
  await store.clear();
  expect(await store.entries()).toEqual([]);
});

test('a database that breaks while it is open is let go of', async () => {
  const store = await JournalStore.open(database);
  await store.add(drawnEntry());
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('There is no room.', 'QuotaExceededError');
  });
  await store.add(drawnEntry()).finally(() => full.mockRestore());
  expect(store.isKept).toBe(false);
});
