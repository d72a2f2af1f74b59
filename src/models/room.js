import { AppError } from '../shared/errors.ts';
import { megabytes } from '../shared/megabytes.ts';
/**
 * Says before anything is fetched what would come out at the end.
 * @param name of the model.
 * @param stores that will have the files, at the same time; what they have already takes no room.
 * @param estimate of the browser; one that tells nothing refuses nothing.
 * @throws {AppError} `store/quota`.
 */
export async function assertRoom(name, files, stores, { quota, usage }) {
    if (quota === undefined || usage === undefined)
        return;
    let needed = 0;
    for (const store of stores) {
        for (const { sha256, bytes } of files)
            if (!(await store.has(sha256, bytes)))
                needed += bytes;
    }
    const left = Math.max(0, quota - usage);
    if (needed <= left)
        return;
    throw new AppError('store/quota', `${name} needs ${megabytes(needed)}, and this browser has room for ${megabytes(left)}.`);
}
