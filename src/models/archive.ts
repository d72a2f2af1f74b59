import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import { contentFile } from './card-fields.ts';
import { parse, parseOfferedCard, weightFilesOf, type OfferedCard } from './card.ts';
import { sha256Of } from './integrity.ts';

/*
 * Models as one file, for machines without a network:
 *
 *   "autochrome models 1\n"   20 bytes of ASCII
 *   length of the header      4 bytes, little-endian, at most MOST_HEADER_BYTES
 *   header                    JSON: the files in order, and the cards of models that do not ship with the program
 *   the files' bytes          one after the other, nothing between or behind them
 *
 * Files go by the SHA-256 of their content; who reads the archive verifies each before it is used.
 */

const MAGIC = 'autochrome models 1\n';
const LENGTH_BYTES = 4;
/** Ten times what many models need. */
const MOST_HEADER_BYTES = 8 * 2 ** 20;

const { bytes, sha256 } = contentFile.entries;
const headerSchema = v.object({
  files: v.pipe(v.array(v.object({ bytes, sha256 })), v.maxLength(100_000)),
  cards: v.pipe(v.array(v.unknown()), v.maxLength(100)),
});

/** What an archive holds: files by SHA-256, not verified yet, and the cards of models that do not ship. */
export type Archive = { files: Map<string, Blob>; cards: OfferedCard[] };

/** Writes files and cards as one file; nothing is copied until it is read. */
export function writeArchive({ files, cards }: Archive): Blob {
  const list = [...files].map(([sha256, { size }]) => ({ sha256, bytes: size }));
  const header = new TextEncoder().encode(JSON.stringify({ files: list, cards }));
  const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
  length.setUint32(0, header.length, true);
  return new Blob([MAGIC, length, header, ...files.values()]);
}

/**
 * Reads what an archive says it holds. Anything may be in such a file: each claim is held against the file's length
 * before it is believed, and cards against their schema. Contents are verified by {@link verifiedFile}.
 * @throws {AppError} `model/corrupt` where it is no archive or cut off, `model/incompatible`.
 */
export async function readArchive(file: Blob): Promise<Archive> {
  const start = MAGIC.length + LENGTH_BYTES;
  const head = await bytesOf(file.slice(0, start));
  const magic = new TextDecoder('latin1').decode(head.subarray(0, MAGIC.length));
  if (head.length < start || magic !== MAGIC) {
    throw new AppError('model/corrupt', 'This file holds no models that were saved here.');
  }
  const length = new DataView(head.buffer).getUint32(MAGIC.length, true);
  if (length > MOST_HEADER_BYTES || start + length > file.size) throw cutOff();
  const text = new TextDecoder().decode(await bytesOf(file.slice(start, start + length)));
  const header = parse(headerSchema, jsonOf(text), 'list of saved files');
  const total = header.files.reduce((sum, one) => sum + one.bytes, 0);
  if (start + length + total !== file.size) throw cutOff();
  const files = new Map<string, Blob>();
  let at = start + length;
  for (const { sha256, bytes } of header.files) {
    files.set(sha256, file.slice(at, at + bytes));
    at += bytes;
  }
  return { files, cards: header.cards.map(parseOfferedCard) };
}

/** A file of an archive, as a copy whose content is what its name says. @throws {AppError} `model/integrity`. */
export async function verifiedFile({ files }: Archive, sha256: string): Promise<Blob | null> {
  const found = files.get(sha256);
  if (!found) return null;
  const copy = new Blob([await bytesOf(found)]);
  if ((await sha256Of(copy)) === sha256) return copy;
  throw new AppError(
    'model/integrity',
    'A part of this file is damaged: its content is not what its name says.',
  );
}

/** A model of an archive as a folder, to be offered as one from anywhere is. */
export function folderOf({ files }: Archive, card: OfferedCard): { path: string; file: Blob }[] {
  const found = weightFilesOf(card).flatMap(({ file: path, sha256 }) => {
    const file = files.get(sha256);
    return file ? [{ path, file }] : [];
  });
  return [{ path: 'card.json', file: new Blob([JSON.stringify(card)]) }, ...found];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('model/corrupt', 'The list of saved files is not JSON.', { cause });
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new AppError('store/denied', 'This file could not be read.', { cause });
  }
}

function cutOff(): AppError {
  return new AppError('model/corrupt', 'This file is cut off or damaged.');
}
