import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Which rooms of src/ each may import from, besides itself. ARCHITECTURE.md says why. */
const MAY_IMPORT: Record<string, string[]> = {
  shared: [],
  journal: ['shared'],
  image: ['shared'],
  models: ['image', 'shared'],
  runtime: ['models', 'image', 'shared'],
  planner: ['models', 'image', 'shared'],
  pipelines: ['planner', 'runtime', 'models', 'image', 'shared'],
  worker: ['pipelines', 'planner', 'runtime', 'models', 'image', 'shared'],
  offline: ['shared'],
  app: ['offline', 'journal', 'image', 'shared'],
  cli: ['shared'],
  embedding: ['shared'],
  iiif: ['shared'],
  embed: ['embedding', 'iiif', 'shared'],
  openseadragon: ['embed', 'embedding', 'shared'],
  bench: ['pipelines', 'planner', 'runtime', 'models', 'image', 'shared'],
};

/** Rooms that run in a page. */
const PAGES = new Set(['app', 'cli', 'bench', 'embedding', 'embed', 'openseadragon']);

/** Of the worker's room, what a page may import: the rest runs in the worker only. */
const OPEN_TO_PAGES = new Set([
  'worker/client.ts',
  'worker/guest-engine.ts',
  'worker/model-protocol.ts',
  'worker/open-photograph.ts',
  'worker/protocol.ts',
  'worker/storage-protocol.ts',
  'worker/recolour-protocol.ts',
  'worker/repair-protocol.ts',
]);

/** The wire's types, which every room may speak of. */
const WIRE_TYPES = 'worker/protocol.ts';

const IMPORT =
  /(?:import|export)\s+(?<type>type\s)?[^'";]*?from\s*['"](?<from>\.[^'"]+)['"]|import\s*\(?\s*['"](?<bare>\.[^'"]+)['"]/g;

const source = fileURLToPath(new URL('../../../src', import.meta.url));

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

function isAllowed(from: string, to: string, isTypeOnly: boolean): boolean {
  // Outside src: package files and scripts, none of a room's business.
  if (to.startsWith('..')) return true;
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === target) return true;
  if (to === WIRE_TYPES && isTypeOnly) return true;
  if (PAGES.has(room) && OPEN_TO_PAGES.has(to)) return true;
  return MAY_IMPORT[room]?.includes(target) ?? false;
}

/** Imports that go the wrong way, as `from -> to`. */
function wrongImports(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(({ groups }) => {
    const specifier = groups?.['from'] ?? groups?.['bare'] ?? '';
    const to = posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ''));
    return isAllowed(file, to, groups?.['type'] !== undefined) ? [] : [`${file} -> ${to}`];
  });
}

test('rooms import only downwards', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(ts|mjs|svelte)$/.test(file) && roomOf(file) !== 'pages');
  expect(files.length).toBeGreaterThan(20);
  const wrong = files.flatMap((file) =>
    wrongImports(file, readFileSync(join(source, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});

test('a wrong import is seen, however it is written', () => {
  const file = 'image/colour/lab.ts';
  expect(wrongImports(file, `import { a } from '../../runtime/device.ts';`)).toHaveLength(1);
  expect(
    wrongImports(file, `import {\n  a,\n  b,\n} from '../../runtime/device.ts';`),
  ).toHaveLength(1);
  expect(wrongImports(file, `export * from '../../models/card.ts';`)).toHaveLength(1);
  expect(wrongImports(file, `const a = await import('../../models/card.ts');`)).toHaveLength(1);
  expect(wrongImports('app/main.ts', `import '../runtime/device.ts';`)).toHaveLength(1);
  expect(
    wrongImports('app/main.ts', `import { a } from '../worker/engine.worker.ts';`),
  ).toHaveLength(1);
  expect(wrongImports(file, `import type { Look } from '../../worker/protocol.ts';`)).toEqual([]);
  expect(wrongImports(file, `import { a } from '../../shared/errors.ts';`)).toEqual([]);
});

test('only the client starts the engine’s worker', () => {
  const starters = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .filter((file) =>
      /engine\.worker\.ts\?worker|new Worker\([^)]*engine\.worker/.test(
        readFileSync(join(source, file), 'utf8'),
      ),
    );
  expect(starters.map((file) => file.replaceAll('\\', '/'))).toEqual(['worker/client.ts']);
});
