import { abortedError } from '../shared/errors.ts';
/** Jobs under way, by the name their caller gave them; heavy ones take turns. */
export class Jobs {
    #running = new Map();
    #turn = Promise.resolve();
    /** The second part of the last job that had one. */
    #secondPart = Promise.resolve();
    /** Runs a job at once. */
    async run(job, work) {
        const controller = new AbortController();
        this.#running.set(job, controller);
        try {
            return await work(controller.signal);
        }
        finally {
            this.#running.delete(job);
        }
    }
    /**
     * Runs a job after those queued before it: one network, one encoder at a time. A job that is
     * cancelled while it waits ends at once.
     */
    runInTurn(job, work) {
        return this.run(job, (signal) => this.#waitFor(signal, work));
    }
    /**
     * Runs a job of two parts: the first in turn, like {@link runInTurn}; the second at once after it, beside the
     * jobs that follow. A job that is cancelled in its second part ends at once; the part itself goes on, unheard.
     * @param first waits for `isFree` before it makes what it hands over: the second part of the job before has
     *   ended then, so that such a thing exists once. What it only reads, it may read before.
     * @param discard frees what a job that was cancelled in its first part would have handed over.
     */
    runInTwoParts(job, first, second, discard) {
        return this.run(job, async (signal) => {
            const { rest } = await this.#waitFor(signal, async () => {
                const between = await first(signal, () => unlessAborted(signal, this.#secondPart));
                if (signal.aborted) {
                    discard(between);
                    throw abortedError();
                }
                const rest = second(between);
                this.#secondPart = rest.catch(() => undefined);
                // In an object: the turn ends now, and not with it.
                return { rest };
            });
            return unlessAborted(signal, rest);
        });
    }
    /**
     * Does something after the jobs queued before it, and before those that come later.
     * @param signal where it fires while this waits, it ends at once and never begins.
     */
    inTurn(work, signal = new AbortController().signal) {
        return this.#waitFor(signal, work);
    }
    /** Asks a job to end at its next step; one that is not running is left alone. */
    cancel(job) {
        this.#running.get(job)?.abort();
    }
    #waitFor(signal, work) {
        if (signal.aborted)
            return Promise.reject(abortedError());
        const before = this.#turn;
        return new Promise((resolve, reject) => {
            const leave = () => reject(abortedError());
            signal.addEventListener('abort', leave);
            const turn = before.then(async () => {
                signal.removeEventListener('abort', leave);
                if (!signal.aborted)
                    resolve(await work(signal));
            });
            this.#turn = turn.catch(reject);
        });
    }
}
/** What a promise gives. @throws {AppError} `job/aborted` as soon as the signal says so. */
function unlessAborted(signal, promise) {
    return new Promise((resolve, reject) => {
        const leave = () => reject(abortedError());
        if (signal.aborted)
            leave();
        signal.addEventListener('abort', leave, { once: true });
        promise.then(resolve, reject);
    });
}
