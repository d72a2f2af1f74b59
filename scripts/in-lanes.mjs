/**
 * Runs steps, so many at once: each lane takes the first that waits for nothing, until none is left.
 * @template {{ name: string, after?: string[] }} S
 * @param {readonly S[]} steps names in `after` that are not among them are waited for by none.
 * @param {number} lanes
 * @param {(step: S) => Promise<void>} run
 * @returns {Promise<void>}
 * @throws {Error} where steps wait for each other, and what `run` rejects with.
 */
export async function inLanes(steps, lanes, run) {
  const waiting = [...steps];
  /** @type {Map<string, Promise<void>>} */
  const underWay = new Map();
  const isPending = (/** @type {string} */ name) =>
    underWay.has(name) || waiting.some((step) => step.name === name);
  while (waiting.length > 0 || underWay.size > 0) {
    const next = waiting.findIndex(({ after = [] }) => !after.some(isPending));
    if (next >= 0 && underWay.size < lanes) {
      const [step] = /** @type {[S]} */ (waiting.splice(next, 1));
      const running = run(step).finally(() => underWay.delete(step.name));
      underWay.set(step.name, running);
    } else if (underWay.size > 0) {
      await Promise.race(underWay.values());
    } else {
      throw new Error(`These wait for each other: ${waiting.map(({ name }) => name).join(', ')}.`);
    }
  }
}
