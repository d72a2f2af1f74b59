import { expect, test } from 'vitest';
import { offerOfDrop } from '../../../src/app/models/offers.ts';

/** A folder as a browser gives it when it is dropped: a hundred of its files at a time. */
function droppedFolder(files: number) {
  let given = 0;
  const take = (callback: (file: File) => void) => callback(new File([], 'a.txt'));
  const entry = { isDirectory: false, fullPath: '/home/a.txt', file: take };
  const reader = {
    readEntries(callback: (entries: unknown[]) => void) {
      const some = Array.from({ length: Math.min(100, files - given) }, () => entry);
      given += some.length;
      callback(some);
    },
  };
  const folder = { isDirectory: true, name: 'home', createReader: () => reader };
  const items = [{ webkitGetAsEntry: () => folder }];
  const transfer = { items, files: [], getData: () => '' } as unknown as DataTransfer;
  return { transfer, given: () => given };
}

test('of a home directory no more is looked at than a model has', async () => {
  const { transfer, given } = droppedFolder(20_000);
  expect(await offerOfDrop(transfer)).toBeNull();
  expect(given()).toBeLessThanOrEqual(5100);
});
