import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UsageError } from './arguments.mjs';

/** @import { SaveFormat } from '../worker/protocol.ts' */

/**
 * A file to colour and where its result goes; `shown` and `output` as the user would write them.
 * @typedef {{ input: string, shown: string, output: string }} Job
 */

/** What a folder is searched for; a file named on the command line is tried whatever its name. */
const PICTURES =
  /\.(jpe?g|jpe|jfif|pjpeg|png|apng|webp|avif|gif|bmp|dib|tiff?|svg|heic|heif|jxl|jp2|psd)$/i;

const EXTENSIONS = { png: '.png', jpeg: '.jpg' };

/** Numbers in names count as numbers: scan-9 comes before scan-10. */
const naturally = new Intl.Collator('en', { numeric: true }).compare;

/**
 * Every file to colour, in the order named (folders in natural order), each with an output of its
 * own that is no file's input.
 * @param {string[]} inputs files and folders
 * @param {string} out folder
 * @param {SaveFormat} format
 * @returns {Promise<Job[]>}
 * @throws {UsageError} where an input is not there, or nothing is found
 */
export async function planJobs(inputs, out, format) {
  const outFolder = resolve(out);
  const found = [];
  for (const input of inputs) found.push(...(await filesOf(input, outFolder)));
  if (found.length === 0) throw new UsageError('There are no pictures in what you named.');
  const files = await withoutRepeats(found);
  const taken = new Set(files.map((file) => claimOf(file.input)));
  return files.map(({ input, shown, folder }) => {
    const name = basename(input, extname(input));
    const output = freePath(join(out, folder, name), EXTENSIONS[format], taken);
    return { input, shown, output };
  });
}

/**
 * @param {string} input as the user named it
 * @param {string} outFolder left out of the search: results are no photographs to colour
 * @returns {Promise<{ input: string, shown: string, folder: string }[]>} `folder` is relative to the input
 */
async function filesOf(input, outFolder) {
  const found = await stat(input).catch(() => null);
  if (!found) throw new UsageError(`There is no file or folder ${JSON.stringify(input)}.`);
  if (!found.isDirectory()) return [{ input: resolve(input), shown: input, folder: '' }];
  const names = await picturesIn(resolve(input), '', outFolder);
  return names.toSorted(naturally).map((name) => ({
    input: resolve(input, name),
    shown: join(input, name),
    folder: dirname(name),
  }));
}

/**
 * @param {string} root
 * @param {string} folder relative to root
 * @param {string} outFolder
 * @returns {Promise<string[]>} paths relative to root; hidden files are left alone
 */
async function picturesIn(root, folder, outFolder) {
  if (join(root, folder) === outFolder) return [];
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(await picturesIn(root, path, outFolder)));
    else if (PICTURES.test(entry.name)) found.push(path);
  }
  return found;
}

/**
 * A file named twice is coloured once.
 * @template {{ input: string }} T
 * @param {T[]} files
 */
async function withoutRepeats(files) {
  /** @type {Map<string, T>} */
  const byPath = new Map();
  for (const file of files) {
    const path = await realpath(file.input).catch(() => file.input);
    if (!byPath.has(path)) byPath.set(path, file);
  }
  return [...byPath.values()];
}

/**
 * The first of name.png, name-2.png, … that is not taken; takes it.
 * @param {string} stem
 * @param {string} extension
 * @param {Set<string>} taken
 */
function freePath(stem, extension, taken) {
  let path = stem + extension;
  for (let n = 2; taken.has(claimOf(path)); n++) path = `${stem}-${n}${extension}`;
  taken.add(claimOf(path));
  return path;
}

/**
 * Some file systems take Photo.png and photo.png for one.
 * @param {string} path
 */
function claimOf(path) {
  return resolve(path).toLowerCase();
}
