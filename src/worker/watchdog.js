/** How often a watch looks: short against every limit, and long enough to cost nothing. */
const TICK_MS = 1000;
/**
 * Waits for work that may never settle, for as long as it allows itself. What is counted are ticks,
 * not the clock: a machine that slept, a page that was frozen or a thread that was busy has waited
 * one tick, however long that was.
 * @param work allows its first stretch itself; until then the limit is `Infinity`.
 * @param stalled makes the error; the work itself goes on, and whatever it ends with is dropped.
 * @throws what `work` throws, or what `stalled` makes.
 */
export async function watched(work, stalled, tickMs = TICK_MS) {
    let limitMs = Infinity;
    let waitedMs = 0;
    let timer;
    const stall = new Promise((_, reject) => {
        timer = setInterval(() => {
            waitedMs += tickMs;
            if (waitedMs >= limitMs)
                reject(stalled(limitMs));
        }, tickMs);
    });
    try {
        return await Promise.race([
            work((limit) => {
                limitMs = limit;
                waitedMs = 0;
            }),
            stall,
        ]);
    }
    finally {
        clearInterval(timer);
    }
}
