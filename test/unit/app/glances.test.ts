import { expect, test } from 'vitest';
import { Glances } from '../../../src/app/batch/glances.ts';

/** Photographs that wait, of which some cannot be looked at, and what was done with them. */
function desk({ names, short = '' }: { names: string[]; short?: string }) {
  const log: string[] = [];
  let isHidden = false;
  const photos = names.map((name) => ({
    name,
    async glance() {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      return name !== short;
    },
  }));
  const glances = new Glances<(typeof photos)[number]>(
    (isSeen) => photos.find((photo) => !isSeen(photo)),
    () => isHidden,
  );
  return { log, glances, hide: (hidden: boolean) => void (isHidden = hidden) };
}

test('one at a time, each once, however often it is asked', async () => {
  const { log, glances } = desk({ names: ['a', 'b'] });
  await Promise.all([glances.go(), glances.go()]);
  await glances.go();
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('none while the page is hidden, and on from there when it is shown', async () => {
  const { log, glances, hide } = desk({ names: ['a', 'b'] });
  const going = glances.go();
  hide(true);
  await going;
  await glances.go();
  expect(log).toEqual(['a begins', 'a ends']);
  hide(false);
  await glances.go();
  expect(log.slice(2)).toEqual(['b begins', 'b ends']);
});

test('none after one that there was no memory for', async () => {
  const { log, glances } = desk({ names: ['a', 'b', 'c'], short: 'b' });
  await glances.go();
  await glances.go();
  expect(log.filter((line) => line.endsWith('begins'))).toEqual(['a begins', 'b begins']);
});
