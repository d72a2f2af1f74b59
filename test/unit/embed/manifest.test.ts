import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type * as told from '../../../public/embed/autochrome-photo.d.ts';
import type { AutochromePhoto } from '../../../src/embed/autochrome-photo.ts';
import type { PhotoEvents } from '../../../src/embed/events.ts';

type Named = { name: string };
type Declaration = {
  attributes: Named[];
  members: Named[];
  events: Named[];
  cssParts: Named[];
  cssProperties: (Named & { default: string })[];
};

const manifest = JSON.parse(readFileSync('public/embed/custom-elements.json', 'utf8')) as {
  modules: { declarations?: Declaration[] }[];
};
const photo = manifest.modules[0]!.declarations![0]!;
const guide = readFileSync('docs/archives.md', 'utf8');
const source = readdirSync('src/embed')
  .filter((file) => file.endsWith('.ts') && !file.startsWith('frame'))
  .map((file) => readFileSync(`src/embed/${file}`, 'utf8'))
  .join('\n');

function namesOf(items: Named[]): string[] {
  return items.map(({ name }) => name).sort();
}

function found(pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map(([, name = '']) => name))].sort();
}

test('the manifest has every attribute, part and property of the element, and no other', () => {
  const element = readFileSync('src/embed/autochrome-photo.ts', 'utf8');
  const attributes = [...element.matchAll(/[gs]etAttribute\('([a-z-]+)'/g)].map(([, name]) => name);
  expect(namesOf(photo.attributes)).toEqual([...new Set(attributes)].sort());
  const parts = [
    ...found(/made\('\w+', '\w*', '(\w+)'/g),
    ...found(/'part', '(\w+)'/g),
    ...found(/part: '(\w+)'/g),
  ];
  expect(namesOf(photo.cssParts)).toEqual([...new Set(parts)].sort());
  expect(namesOf(photo.cssProperties)).toEqual(found(/var\((--autochrome-[a-z-]+)/g));
  for (const { name, default: value } of photo.cssProperties) {
    expect(source).toContain(`var(${name}, ${value})`);
  }
});

test('its members and events are those of the types that are published, and of the code', () => {
  // The compiler holds both against each other.
  const same = <A, _B extends A>(names: (keyof A & string)[]) => names.sort();
  type Members = Pick<told.AutochromePhoto, 'state' | 'position' | 'colour' | 'cancel'>;
  const members = same<Members, AutochromePhoto>(['state', 'position', 'colour', 'cancel']);
  expect(namesOf(photo.members)).toEqual(members);
  const events = same<told.PhotoEvents, PhotoEvents>(['progress', 'complete', 'error']);
  expect(namesOf(photo.events)).toEqual(events);
});

test('the page for archivists names each of them', () => {
  const { attributes, members, events, cssParts, cssProperties } = photo;
  for (const { name } of [...attributes, ...members, ...events, ...cssParts, ...cssProperties]) {
    expect(guide, name).toContain(`\`${name}`);
  }
});
