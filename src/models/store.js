import { createStore, del, get, keys, set } from 'idb-keyval';
import { sha256Of } from './integrity.ts';
/** Names of documents begin so, to stay apart from hashes. */
const DOCUMENT = 'document:';
/**
 * Files by the SHA-256 of their content. Keeps them in IndexedDB; where the browser refuses (private
 * mode, a cross-site frame, no room) it keeps them in memory and {@link problem} says why.
 */
export class ContentStore {
    #database;
    #memory = new Map();
    #verified = new Set();
    #problem;
    constructor(database, problem) {
        this.#database = database;
        this.#problem = problem;
    }
    /** Opens the store; never rejects. */
    static async open(databaseName = 'autochrome-content') {
        try {
            const database = createStore(databaseName, 'files');
            await get('probe', database);
            return new ContentStore(database, null);
        }
        catch {
            return new ContentStore(null, 'denied');
        }
    }
    /** Forgets a store and all that is in it, once nobody has it open. Never rejects. */
    static async destroy(databaseName) {
        try {
            await new Promise((resolve) => {
                const request = indexedDB.deleteDatabase(databaseName);
                for (const end of ['success', 'error', 'blocked'])
                    request.addEventListener(end, resolve);
            });
        }
        catch {
            // Where the browser keeps nothing there is nothing to forget.
        }
    }
    /** Ends the connection; the store is not used after it. Never rejects. */
    async close() {
        try {
            await this.#database?.('readonly', ({ transaction }) => transaction.db.close());
        }
        catch {
            // The browser has ended it.
        }
    }
    /** Why some file is only in memory; null where everything is kept. */
    get problem() {
        return this.#problem;
    }
    /**
     * The file of this content, or null. Its content is verified once in this store's life: what a
     * disk has damaged is dropped, to be fetched again.
     */
    async get(sha256) {
        const held = this.#memory.get(sha256);
        if (held)
            return held;
        const kept = await this.#read(sha256);
        if (!kept || this.#verified.has(sha256))
            return kept;
        const isIntact = await sha256Of(kept).then((found) => found === sha256, () => false);
        if (!isIntact) {
            await this.#drop(sha256);
            return null;
        }
        this.#verified.add(sha256);
        return kept;
    }
    /** Whether a file is here, by its name and length alone: {@link get} verifies it, and may yet refuse. */
    async has(sha256, bytes) {
        const found = this.#memory.get(sha256) ?? (await this.#read(sha256));
        return found?.size === bytes;
    }
    /** Keeps a file whose content the caller has verified; never rejects. */
    async put(sha256, file) {
        if (await this.#write(sha256, file)) {
            this.#verified.add(sha256);
            this.#memory.delete(sha256);
        }
        else {
            this.#memory.set(sha256, file);
        }
    }
    /** Whether a file outlives this store, as those held only in memory do not. */
    keeps(sha256) {
        return this.#verified.has(sha256) && !this.#memory.has(sha256);
    }
    /** Forgets files: their bytes are free again. Never rejects. */
    async remove(hashes) {
        for (const sha256 of hashes)
            await this.#drop(sha256);
        // What there was no room for is gone.
        if (this.#problem === 'quota' && this.#memory.size === 0)
            this.#problem = null;
    }
    /** Forgets all but some files; documents too. Never rejects. */
    async keepOnly(hashes) {
        this.#problem = null;
        for (const sha256 of this.#memory.keys())
            if (!hashes.has(sha256))
                this.#memory.delete(sha256);
        const database = this.#database;
        if (!database)
            return;
        try {
            const kept = await keys(database);
            for (const key of kept)
                if (!hashes.has(key))
                    await this.#drop(key);
        }
        catch {
            this.#problem ??= 'denied';
        }
    }
    /** A small document kept by {@link remember}, or null. */
    recall(name) {
        return this.#read(DOCUMENT + name);
    }
    /** Keeps a small document by its name; where it cannot be kept nothing changes. @returns whether it is. */
    remember(name, document) {
        return this.#write(DOCUMENT + name, document);
    }
    async #read(key) {
        if (!this.#database)
            return null;
        try {
            return (await get(key, this.#database)) ?? null;
        }
        catch {
            this.#problem ??= 'denied';
            return null;
        }
    }
    async #write(key, value) {
        if (!this.#database)
            return false;
        try {
            await set(key, value, this.#database);
            return true;
        }
        catch (error) {
            const isQuota = error instanceof DOMException && error.name === 'QuotaExceededError';
            this.#problem ??= isQuota ? 'quota' : 'denied';
            return false;
        }
    }
    async #drop(key) {
        this.#memory.delete(key);
        this.#verified.delete(key);
        if (this.#database)
            await del(key, this.#database).catch(() => undefined);
    }
}
