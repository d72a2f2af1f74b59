/**
 * Whether a GPU computes right in half precision: found out once, by a proof that calls share. One that fails,
 * or whose device is given back before it ends, is not begun again at each run.
 */
export class HalfTrust {
    /** Null until it has been found out. */
    #isProven = null;
    /** The proof under way. */
    #proof = null;
    get isProven() {
        return this.#isProven ?? false;
    }
    /** @param prove makes the proof on a device. @throws what it throws; half precision is not used then. */
    async find(prove) {
        if (this.#isProven !== null)
            return;
        const proof = (this.#proof ??= prove());
        let isProven = false;
        try {
            isProven = await proof;
        }
        finally {
            if (this.#proof === proof)
                this.#end(isProven);
        }
    }
    /** The device is gone: a proof under way has failed. */
    giveUp() {
        if (this.#proof)
            this.#end(false);
    }
    /** The device is given back with nothing wrong: a proof under way is only put off. */
    putOff() {
        if (this.#proof)
            this.forget();
    }
    /** What was found was another adapter's. */
    forget() {
        this.#proof = null;
        this.#isProven = null;
    }
    #end(isProven) {
        this.#proof = null;
        this.#isProven = isProven;
    }
}
