/**
 * Holds a lock for as long as this worker lives: the browser gives it on the moment the worker is gone, whatever
 * ended it, and never before. A thread that is busy keeps it. Never rejects.
 * @returns once it is held; false where the browser refuses (no Web Locks, or a page that may keep nothing).
 */
export function holdForLife(name) {
    return new Promise((resolve) => {
        const hold = () => {
            resolve(true);
            return new Promise(() => { });
        };
        locks()
            .request(name, hold)
            .catch(() => resolve(false));
    });
}
/**
 * Waits for the end of whoever holds a lock by {@link holdForLife}.
 * @param signal ends the waiting, which then never settles; so it does where the browser refuses.
 */
export function whenGone(name, signal) {
    return new Promise((resolve) => {
        locks()
            .request(name, { signal }, () => resolve())
            .catch(() => undefined);
    });
}
/** @returns a lock manager that refuses where there is none: older browsers. */
function locks() {
    const manager = navigator.locks;
    return manager ?? { request: () => Promise.reject(new Error('No Web Locks.')) };
}
