import { AppError, throwIfAborted } from '../shared/errors.ts';
import { grouped } from '../shared/grouped.ts';
import { TransferMeter } from '../shared/transfer.ts';
import { parseOfferedCard } from './card.ts';
import { sha256Of } from './integrity.ts';
/** What a card is called. */
export const CARD_FILE = 'card.json';
/** No card is as long; a file that only bears the name is not read. */
export const MOST_CARD_BYTES = 1_000_000;
/**
 * Reads the card of a model folder.
 * @param name of the folder, for people.
 * @throws {AppError} `model/not-found`, `model/incompatible`.
 */
export async function readOfferedFolder(name, files) {
    const cards = files
        .filter(({ path }) => path === CARD_FILE || path.endsWith(`/${CARD_FILE}`))
        .sort((a, b) => depthOf(a.path) - depthOf(b.path));
    const [found, second] = cards;
    if (!found) {
        throw new AppError('model/not-found', `There is no ${CARD_FILE} in ${name}. A model folder has one beside its graphs and shards.`);
    }
    if (second && depthOf(second.path) === depthOf(found.path)) {
        throw new AppError('model/not-found', `There are several models in ${name}. Choose the folder of one.`);
    }
    const base = found.path.slice(0, -CARD_FILE.length);
    const byPath = new Map(files.map(({ path, file }) => [path, file]));
    return {
        card: await parseCardFile(found.file),
        origin: { kind: 'folder', name },
        source: filesOnDisk((file) => byPath.get(base + file)),
    };
}
/** The card in a file. @throws {AppError} `model/incompatible`. */
async function parseCardFile(file) {
    if (file.size > MOST_CARD_BYTES)
        throw notCard();
    let data;
    try {
        data = JSON.parse(await file.text());
    }
    catch {
        throw notCard();
    }
    return parseOfferedCard(data);
}
function notCard() {
    return new AppError('model/incompatible', `Its ${CARD_FILE} is not the card of a model.`);
}
/** Files as they lie on a disk, read into copies: what was verified is what is kept. */
function filesOnDisk(find) {
    return {
        isHere: () => Promise.resolve(true),
        async bring(files, { signal, onProgress }) {
            const meter = new TransferMeter(files.reduce((sum, { bytes }) => sum + bytes, 0), onProgress);
            const found = new Map();
            for (const file of files) {
                throwIfAborted(signal);
                found.set(file.sha256, await verified(file, find(file.file)));
                meter.skip(file.bytes);
            }
            return found;
        },
    };
}
async function verified({ file, bytes, sha256 }, found) {
    if (!found) {
        throw new AppError('model/not-found', `The file ${file}, which the card names, is not in the folder.`);
    }
    if (found.size !== bytes) {
        throw new AppError('model/integrity', `The file ${file} has ${grouped(found.size)} bytes and not ${grouped(bytes)}, as the card says.`);
    }
    let copy;
    try {
        copy = new Blob([await found.arrayBuffer()]);
    }
    catch (cause) {
        throw new AppError('model/corrupt', `The file ${file} could not be read.`, { cause });
    }
    if ((await sha256Of(copy)) === sha256)
        return copy;
    throw new AppError('model/integrity', `The file ${file} is not the one that the card names: its content differs.`);
}
function depthOf(path) {
    return path.split('/').length;
}
