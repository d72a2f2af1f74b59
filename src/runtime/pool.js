/**
 * Weights, networks and sessions by key: made on first use, one at a time, shared by reference count.
 * What nobody leases is kept for the next run, and disposed, least recently used first, where it
 * would pass the cap or memory is wanted. Keys name content (hash, graph, variant, size), so what two
 * pipelines share exists once. A failed creation is forgotten.
 */
export class Pool {
    /** Most bytes kept, leased ones included; only unleased ones can be disposed to hold it. */
    capBytes;
    #entries = new Map();
    #turn = Promise.resolve();
    constructor(capBytes) {
        this.capBytes = capBytes;
    }
    /** Bytes of all that is here. */
    get bytes() {
        return [...this.#entries.values()].reduce((sum, { pooled }) => sum + pooled.bytes, 0);
    }
    /** Whether a key's content is here. */
    has(key) {
        return this.#entries.has(key);
    }
    /**
     * Leases what a key names, made by `create` where it is not here.
     * @param bytes what it will hold: room is made before it is created.
     */
    lease(key, bytes, create) {
        return this.#inTurn(async () => {
            const held = this.#entries.get(key);
            if (held) {
                // Most recently used last.
                this.#entries.delete(key);
                this.#entries.set(key, held);
                const lease = this.#leaseOf(held);
                // The cap may be lower than when the others were made.
                await this.#shrinkTo(this.capBytes);
                return lease;
            }
            await this.#shrinkTo(this.capBytes - bytes);
            const entry = { pooled: await create(), leases: 0 };
            this.#entries.set(key, entry);
            return this.#leaseOf(entry);
        });
    }
    /** Disposes what nobody leases, least recently used first, until so many bytes remain. */
    shrink(bytes) {
        return this.#inTurn(() => this.#shrinkTo(bytes));
    }
    async #shrinkTo(bytes) {
        // What one entry shares with another is free only after it: go round until nothing changes.
        for (let hasChanged = true; hasChanged && this.bytes > bytes;) {
            hasChanged = false;
            for (const [key, { pooled, leases }] of this.#entries) {
                if (leases > 0 || this.bytes <= bytes)
                    continue;
                this.#entries.delete(key);
                await pooled.dispose();
                hasChanged = true;
            }
        }
    }
    #leaseOf(entry) {
        entry.leases++;
        let isReleased = false;
        return {
            value: entry.pooled.value,
            share: () => this.#leaseOf(entry),
            release() {
                if (!isReleased)
                    entry.leases--;
                isReleased = true;
            },
        };
    }
    #inTurn(work) {
        const turn = this.#turn.then(work);
        this.#turn = turn.catch(() => undefined);
        return turn;
    }
}
