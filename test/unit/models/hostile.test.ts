import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folderOf, readArchive, verifiedFile, writeArchive } from '../../../src/models/archive.ts';
import {
  filesOf,
  parseCard,
  parseCatalogue,
  parseKeptCard,
  parseNamedFiles,
  parseOfferedCard,
  type ContentFile,
} from '../../../src/models/card.ts';
import { readOfferedFolder } from '../../../src/models/offered-folder.ts';
import { readPublishedDdcolor } from '../../../src/models/onnx/read-published.ts';
import { parseWeightTable } from '../../../src/models/weights.ts';
import { AppError } from '../../../src/shared/errors.ts';
import {
  mutatedBytes,
  mutatedDocument,
  pick,
  placesOfStructure,
  randomFrom,
  type Random,
} from '../../support/hostile.ts';
import { publishedGraph } from '../../support/published-fixtures.ts';

/*
 * Cards, tables, folders, saved files and graphs, each changed at random from a seed. Whatever comes of it is a value
 * that holds what its schema promises, looked at here without the schema, or an AppError; never anything else.
 * `npm run fuzz` runs five thousand of each; fewer are part of every test run.
 */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Each takes many times as long as a card. */
const GRAPH_RUNS = Number(process.env['FUZZ_RUNS'] ?? 50);
const LIMIT_MS = 3_600_000;

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const card = json('models/ddcolor-pico/card.json') as { id: string; weights: { bytes: number } };
const table = json('models/ddcolor-pico/tensors.json') as unknown[];
const catalogue = json('models/catalogue.json');

/** Runs once for each seed; tells the seed of one that did what none may, and how many were accepted. */
async function attack(
  runs: number,
  once: (random: Random) => Promise<() => void> | (() => void),
): Promise<number> {
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    const seed = SEED * 1_000_003 + run;
    let check;
    try {
      check = await once(randomFrom(seed));
    } catch (error) {
      if (error instanceof AppError && error.code !== 'bug/invariant') continue;
      throw new Error(`Seed ${seed} crashed.`, { cause: error });
    }
    accepted += 1;
    try {
      check();
    } catch (error) {
      throw new Error(`Seed ${seed} was accepted and should not have been.`, { cause: error });
    }
  }
  return accepted;
}

const isCount = (value: unknown, most = Number.MAX_SAFE_INTEGER) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

function expectFiles(files: readonly ContentFile[]): void {
  for (const { file, bytes, sha256 } of files) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(isCount(bytes)).toBe(true);
    const address = new URL(file, 'https://models.test/one/');
    expect(address.href.startsWith('https://models.test/one/')).toBe(true);
    expect(address.search + address.hash).toBe('');
  }
}

function expectCard(found: ReturnType<typeof parseOfferedCard>): void {
  expectFiles([found.weights.tensors, ...found.weights.shards]);
  const sum = found.weights.shards.reduce((total, { bytes }) => total + bytes, 0);
  expect(sum).toBe(found.weights.bytes);
  expect(sum).toBeLessThan(2 ** 31);
  expect(found.name.length).toBeGreaterThan(0);
  expect(found.name.length).toBeLessThanOrEqual(80);
  expect(found.name + found.summary + found.licence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  for (const size of [
    ...found.sizes.offered,
    found.sizes.preview,
    ...Object.values(found.sizes.wished),
  ]) {
    expect(isCount(size, 4096) && size >= 32).toBe(true);
  }
  const { chromaScale, gray } = found.network;
  for (const number of [chromaScale, ...gray.slope, ...gray.offset, found.output.chromaGain]) {
    expect(Number.isFinite(number)).toBe(true);
  }
}

test(
  'changed cards are refused by their code, or hold what a card promises',
  { timeout: LIMIT_MS },
  async () => {
    const kept = { ...card, id: `${card.id}.0123456789ab` };
    const accepted = await attack(RUNS, (random) => {
      switch (pick(random, ['card', 'offered', 'kept', 'named', 'catalogue'] as const)) {
        case 'card': {
          const found = parseCard(mutatedDocument(card, random));
          return () => (
            expectCard(found),
            expectFiles(filesOf(found)),
            expect(found.id).toMatch(/^[a-z0-9-]+$/)
          );
        }
        case 'offered': {
          const found = parseOfferedCard(mutatedDocument(card, random));
          return () => expectCard(found);
        }
        case 'kept': {
          const found = parseKeptCard(mutatedDocument(kept, random));
          return () => (expectCard(found), expect(found.id).toMatch(/^[a-z0-9-]+\.[0-9a-f]{12}$/));
        }
        case 'named': {
          const found = parseNamedFiles(mutatedDocument(card, random));
          return () => expectFiles(filesOf(found));
        }
        case 'catalogue': {
          const found = parseCatalogue(mutatedDocument(catalogue, random));
          return () =>
            expectFiles(
              found.models.map(({ card: file }) => ({ file, bytes: 0, sha256: '0'.repeat(64) })),
            );
        }
      }
    });
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(RUNS);
  },
);

test(
  'changed tables of weights are refused, or every tensor lies inside its shards, apart from the others',
  { timeout: LIMIT_MS },
  async () => {
    const accepted = await attack(RUNS, (random) => {
      // The beginning of it, so that a change is likely to meet what matters.
      const some = table.slice(0, 4 + Math.floor(random() * 36));
      const found = parseWeightTable(mutatedDocument(some, random), card.weights.bytes);
      return () => {
        const taken: [number, number][] = [];
        for (const { shape, encoding, axis, offset, byteLength, scaleOffset } of found) {
          const values = shape.reduce((product, side) => product * side, 1);
          expect(values).toBeGreaterThan(0);
          expect(byteLength).toBe(encoding === 'fp16' ? 2 * values : values);
          taken.push([offset, offset + byteLength]);
          if (encoding !== 'fp16') taken.push([scaleOffset!, scaleOffset! + 4 * shape[axis!]!]);
        }
        taken.sort(([a], [b]) => a - b);
        for (const [i, [from, to]] of taken.entries()) {
          expect(isCount(from) && to <= card.weights.bytes).toBe(true);
          expect(from).toBeGreaterThanOrEqual(taken[i - 1]?.[1] ?? 0);
        }
      };
    });
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(RUNS);
  },
);

/** A model folder of two small shards. */
function smallFolder() {
  const files = new Map(['table', 'first', 'second'].map((text) => [text, Buffer.from(text)]));
  const named = (name: string, file: string) => ({
    file,
    bytes: files.get(name)!.length,
    sha256: createHash('sha256').update(files.get(name)!).digest('hex'),
  });
  const shards = [named('first', 'shards/first.bin'), named('second', 'shards/second.bin')];
  const weights = { tensors: named('table', 'tensors.json'), bytes: 11, shards };
  return {
    card: { ...card, weights },
    files: [...files.values()].map((bytes) => new Blob([bytes])),
  };
}

test(
  'changed folders and saved files are refused, or give only files whose content is what their name says',
  { timeout: LIMIT_MS },
  async () => {
    const small = smallFolder();
    const offered = parseOfferedCard(small.card);
    const names = [offered.weights.tensors, ...offered.weights.shards].map(({ sha256 }) => sha256);
    const saved = writeArchive({
      files: new Map(names.map((sha256, i) => [sha256, small.files[i]!])),
      cards: [offered],
    });
    const bytes = new Uint8Array(await saved.arrayBuffer());
    const contents = Array.from({ length: 16 }, (_, i) => bytes.length - 1 - i);
    const wholly = async (blob: Blob) =>
      createHash('sha256')
        .update(Buffer.from(await blob.arrayBuffer()))
        .digest('hex');
    const accepted = await attack(RUNS, async (random) => {
      const archive = await readArchive(
        new Blob([
          random() < 0.1 ? bytes : mutatedBytes(bytes, random, random() < 0.5 ? contents : []),
        ]),
      );
      const found = new Map<string, string>();
      const hold = async (sha256: string, file: Blob) => found.set(sha256, await wholly(file));
      // One way in or the other: what one refuses must not hide what the other takes.
      if (random() < 0.5) {
        for (const sha256 of archive.files.keys()) {
          await hold(sha256, (await verifiedFile(archive, sha256))!);
        }
      } else {
        for (const one of archive.cards) {
          const [, ...files] = folderOf(archive, one);
          const written = JSON.stringify(random() < 0.5 ? one : mutatedDocument(one, random));
          files.unshift({ path: 'card.json', file: new Blob([written]) });
          const folder = await readOfferedFolder('folder', files);
          const wanted = [folder.card.weights.tensors, ...folder.card.weights.shards];
          for (const [sha256, file] of await folder.source.bring(wanted, {})) {
            await hold(sha256, file);
          }
        }
      }
      return () => {
        for (const [sha256, content] of found) expect(content).toBe(sha256);
      };
    });
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(RUNS);
  },
);

/** A file that counts how often it is read: work follows from that, on any machine. */
class CountedFile extends Uint8Array<ArrayBuffer> {
  reads = 0;
  override subarray(from?: number, to?: number): Uint8Array<ArrayBuffer> {
    this.reads += 1;
    return new Uint8Array(
      this.buffer,
      this.byteOffset + (from ?? 0),
      (to ?? this.length) - (from ?? 0),
    );
  }
}

test(
  'changed graphs are refused after bounded work, or give weights of the shapes that they say',
  { timeout: LIMIT_MS },
  async () => {
    const graph = publishedGraph('opset17-simplified');
    const places = placesOfStructure(graph);
    expect(places.length).toBeGreaterThan(10_000);
    const whole = new CountedFile(graph.buffer);
    await readPublishedDdcolor(whole);
    const mostReads = 20 * whole.reads;
    const accepted = await attack(GRAPH_RUNS, async (random) => {
      const file = new CountedFile(mutatedBytes(graph, random, places).buffer);
      try {
        const found = await readPublishedDdcolor(file);
        const lengths: [number, number][] = [];
        for (const { shape, read } of found.tensors) {
          const values = await read();
          lengths.push([values.length, shape.reduce((product, side) => product * side, 1)]);
        }
        return () => {
          for (const [found, promised] of lengths) expect(found).toBe(promised);
          expect(lengths.reduce((sum, [length]) => sum + length, 0)).toBeLessThan(4 * graph.length);
        };
      } finally {
        expect(file.reads).toBeLessThan(mostReads);
      }
    });
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(GRAPH_RUNS);
  },
);
