import { toAppError } from '../shared/errors.ts';
import { ContentStore } from './store.ts';
/** Held while a model is added: files that arrive for one are in nobody else's way. */
const LOCK = 'autochrome-add-model';
/** Where the files of a model that is fetched wait until it has been checked. */
const DATABASE = 'autochrome-arrivals';
/**
 * Adds one model at a time, with a store for what arrives. Where the network fails that waits for the next try;
 * else nothing is left of it.
 * @throws {AppError} what `add` throws, `job/aborted`.
 */
export async function withArrivals(add, signal) {
    return navigator.locks.request(LOCK, { signal }, async () => {
        const arrivals = await ContentStore.open(DATABASE);
        let mayGoOn = false;
        try {
            return await add(arrivals);
        }
        catch (thrown) {
            mayGoOn = toAppError(thrown).code.startsWith('net/');
            throw thrown;
        }
        finally {
            await arrivals.close();
            if (!mayGoOn)
                await ContentStore.destroy(DATABASE);
        }
    });
}
/** Drops what an earlier visit has left, unless a model is being added now. */
export async function dropArrivals() {
    await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
        if (lock)
            await ContentStore.destroy(DATABASE);
    });
}
