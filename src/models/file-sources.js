import { AppError } from '../shared/errors.ts';
import { bringFiles } from './download.ts';
/**
 * Files that a store keeps, and those that it lacks from an address.
 * @param base address that the files' paths are relative to.
 */
export function fetchedFiles(base, store) {
    return {
        bring: (files, options) => bringFiles(files, base, store, options),
        isHere: (files) => areKept(files, store),
    };
}
/** Files that a store keeps and nobody serves. @param name of their model, for the error where one is gone. */
export function keptFiles(name, store) {
    return {
        async bring(files) {
            const found = new Map();
            for (const { sha256 } of files) {
                const kept = await store.get(sha256);
                if (!kept) {
                    throw new AppError('model/not-found', `This browser no longer keeps all files of ${name}. Remove the model, and add it again.`);
                }
                found.set(sha256, kept);
            }
            return found;
        },
        isHere: (files) => areKept(files, store),
    };
}
async function areKept(files, store) {
    for (const { sha256, bytes } of files)
        if (!(await store.has(sha256, bytes)))
            return false;
    return true;
}
