import { withArrivals } from '../models/arrivals.ts';
import { weightFilesOf } from '../models/card.ts';
import { Model } from '../models/model.ts';
import { fetchOffered, offeredAddress, onnxFileAt, readOfferedAddress, } from '../models/offered-address.ts';
import { readOfferedFile } from '../models/offered-file.ts';
import { readOfferedFolder } from '../models/offered-folder.ts';
import { keptId, uniqueName } from '../models/outside-names.ts';
import { assertRoom } from '../models/room.ts';
import { checkModel } from '../pipelines/colorize/check-model.ts';
import { AppError, throwIfAborted } from '../shared/errors.ts';
import { reportModel } from './report-models.ts';
import { tryModel } from './try-model.ts';
/**
 * Takes a model from outside: reads it, checks every part of it, tries it on a small picture, and keeps it. Until all
 * is well nothing is changed; only where the network failed do files that have arrived wait for the next try.
 * Photographs go on meanwhile: only the trial takes its turn.
 * @throws {AppError} any code.
 */
export async function addModel(workshop, jobs, offer, tell, signal) {
    if (workshop.equipment.store.problem === 'denied')
        throw keepsNothing();
    return withArrivals((arrivals) => take(workshop, jobs, offer, arrivals, tell, signal), signal);
}
async function take(workshop, jobs, offer, arrivals, tell, signal) {
    const { library, store } = workshop.equipment;
    const offered = await read(offer, arrivals, tell, signal);
    const wanted = weightFilesOf(offered.card);
    await arrivals.keepOnly(new Set(wanted.map(({ sha256 }) => sha256)));
    const stores = (await offered.source.isHere(wanted)) ? [store] : [arrivals, store];
    await assertRoom(offered.card.name, wanted, stores, await storageEstimate());
    const onProgress = offer.kind === 'address' ? fetching(tell) : checking(tell);
    const brought = await offered.source.bring(wanted, { signal, onProgress });
    const { card: checked, files } = await checkModel(offered.card, brought);
    const known = (await library.all()).map(({ model }) => model.card);
    const id = await keptId(checked);
    const names = known.filter((card) => card.id !== id).map(({ name }) => name);
    const card = { ...checked, id, name: uniqueName(checked.name, names) };
    await jobs.inTurn(() => tryModel(workshop, modelOf(card, files), tell, signal), signal);
    throwIfAborted(signal);
    await library.keep(card, offered.origin, files);
    return reportModel({ model: modelOf(card, files), origin: offered.origin }, true);
}
async function read(offer, arrivals, tell, signal) {
    if (offer.kind === 'folder')
        return readOfferedFolder(offer.name, offer.files);
    if (offer.kind === 'file') {
        const { name, file } = offer;
        return readOfferedFile(file, name, { kind: 'file', name }, checking(tell), signal);
    }
    const address = offeredAddress(offer.address);
    const name = onnxFileAt(address);
    if (name === null)
        return readOfferedAddress(address, arrivals, signal);
    const file = await fetchOffered(address, fetching(tell), signal);
    const origin = { kind: 'address', name: address.href };
    return readOfferedFile(file, name, origin, checking(tell), signal);
}
/** What the browser says of its room; nothing where it does not. */
function storageEstimate() {
    return navigator.storage.estimate().catch(() => ({}));
}
function keepsNothing() {
    return new AppError('store/denied', 'This browser does not let the page keep files, so no model can be added.');
}
function modelOf(card, files) {
    return new Model(card, {
        bring: () => Promise.resolve(files),
        isHere: () => Promise.resolve(true),
    });
}
function fetching(tell) {
    return ({ fetchedBytes, ...bytes }) => void (fetchedBytes > 0 && tell({ stage: 'fetch', what: 'model', ...bytes }));
}
function checking(tell) {
    return ({ loadedBytes, totalBytes }) => void tell({ stage: 'check', loadedBytes, totalBytes });
}
